import StrataRESP

extension GenericCommands {
    static let sorting: [CommandSpec] = [
        CommandSpec(
            "sort", arity: -2, [.write, .denyoom], keys: .stored(first: 1, words: ["store"]), group: .generic,
            summary: "The elements of a list, set or sorted set in order.",
            complexity: "O(N+M*log(M)), N elements of which M are given",
            syntax: "key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] [ASC | DESC] [ALPHA] "
                + "[STORE destination]"
        ) { execution throws(RedisError) in try sort(execution, mayStore: true) },
        CommandSpec(
            "sort_ro", arity: -2, [.readonly], keys: .stored(first: 1, words: []), group: .generic, since: "7.0.0",
            summary: "The elements of a list, set or sorted set in order.",
            complexity: "O(N+M*log(M)), N elements of which M are given",
            syntax: "key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] [ASC | DESC] [ALPHA]"
        ) { execution throws(RedisError) in try sort(execution, mayStore: false) },
    ]

    private static func sort(_ execution: Execution, mayStore: Bool) throws(RedisError) {
        var request = try SortRequest(execution, mayStore: mayStore)
        let key = execution.argument(1)
        let collection: CollectionValue?
        if let entry = execution.database.read(key) {
            guard let found = entry.collection, found.type != .hash, found.type != .stream else { throw .wrongType }
            collection = found
        } else {
            collection = nil
        }
        // Members of a set have no order of their own: what is stored or replayed gets one.
        if request.keepsOrder, collection?.type == .set, request.target != nil || !execution.mayBlock {
            request.orderAsText()
        }
        var elements = elements(of: collection, request)
        if !request.keepsOrder { try order(&elements, request, execution) }
        let start = min(max(request.start, 0), elements.count)
        let limit = request.count < 0 ? elements.count : request.count
        let chosen = elements[
            start..<min(elements.count, limit > elements.count - start ? elements.count : start + limit)]
        if let target = request.target {
            store(chosen, request, target, execution)
        } else {
            execution.reply.array(chosen.count * max(1, request.gets.count))
            for element in chosen {
                if request.gets.isEmpty { execution.reply.bulk(element) }
                for pattern in request.gets {
                    if let value = pattern.value(for: element, execution) {
                        execution.reply.bulk(value)
                    } else {
                        execution.reply.null()
                    }
                }
            }
        }
    }

    private static func elements(of collection: CollectionValue?, _ request: SortRequest) -> [[UInt8]] {
        var elements: [[UInt8]] = []
        guard let collection else { return elements }
        elements.reserveCapacity(collection.count)
        if let list = collection as? ListValue {
            let isBackwards = request.keepsOrder && request.isDescending
            let start = isBackwards ? list.count - 1 : 0
            list.forEach(from: start, count: list.count, towards: isBackwards ? .head : .tail) {
                elements.append($0.copy())
                return true
            }
        } else if let set = collection as? SetValue {
            set.forEach {
                elements.append($0.copy())
                return true
            }
        } else if let set = collection as? SortedSetValue {
            set.forEach(descending: request.keepsOrder && request.isDescending) { member, _ in
                elements.append(member.copy())
                return true
            }
        }
        return elements
    }

    private static func order(
        _ elements: inout [[UInt8]], _ request: SortRequest, _ execution: Execution
    ) throws(RedisError) {
        let isDescending = request.isDescending
        func precedes(_ order: Int) -> Bool { isDescending ? order > 0 : order < 0 }
        func compare(_ a: [UInt8], _ b: [UInt8]) -> Int { a.withLent { a in b.withLent { a.compare($0) } } }

        if request.isText {
            guard let by = request.by else {
                elements.sort { precedes(compare($0, $1)) }
                return
            }
            var weighed = elements.map { (weight: by.value(for: $0, execution), element: $0) }
            weighed.sort { a, b in
                // What has no weight comes first.
                switch (a.weight, b.weight) {
                case (nil, nil): false
                case (nil, _): precedes(-1)
                case (_, nil): precedes(1)
                case (let a?, let b?): precedes(compare(a, b))
                }
            }
            elements = weighed.map(\.element)
            return
        }
        var weighed: [(weight: Double, element: [UInt8])] = []
        weighed.reserveCapacity(elements.count)
        for element in elements {
            guard let text = request.by.map({ $0.value(for: element, execution) }) ?? element else {
                weighed.append((0, element))
                continue
            }
            guard let weight = text.withLent({ $0.isEmpty ? 0 : $0.double }) else {
                throw RedisError("ERR One or more scores can't be converted into double")
            }
            weighed.append((weight, element))
        }
        weighed.sort { a, b in
            // Equal numbers: by their bytes, so that the order is one.
            a.weight == b.weight
                ? precedes(compare(a.element, b.element)) : precedes(a.weight < b.weight ? -1 : 1)
        }
        elements = weighed.map(\.element)
    }

    private static func store(
        _ elements: ArraySlice<[UInt8]>, _ request: SortRequest, _ target: Bytes, _ execution: Execution
    ) {
        let list = ListValue()
        for element in elements {
            if request.gets.isEmpty { element.withLent { list.push($0, at: .tail, limits: execution.limits) } }
            for pattern in request.gets {
                let value = pattern.value(for: element, execution) ?? []
                value.withLent { list.push($0, at: .tail, limits: execution.limits) }
            }
        }
        let count = list.count
        if count > 0 {
            execution.database.set(target, list)
            execution.changed(target, .list, "sortstore", count: Int64(count))
            execution.signalReady(target)
        } else if execution.database.delete(target) {
            execution.changed(target, .generic, "del")
        }
        execution.reply.integer(count)
    }
}
