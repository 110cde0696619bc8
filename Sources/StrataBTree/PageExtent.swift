/// Neighbouring pages.
package struct PageExtent: Hashable, Sendable {
    package var first: UInt32
    package var count: UInt32

    package init(first: UInt32, count: UInt32) {
        self.first = first
        self.count = count
    }

    /// One past the last page.
    package var end: UInt32 { first + count }

    /// All pages of both lists, which are each in rising order, in rising order and joined where they touch. Nil if a
    /// page is in them twice.
    static func merged(_ one: some Collection<PageExtent>, _ other: some Collection<PageExtent>) -> [PageExtent]? {
        var result: [PageExtent] = []
        var isSound = true
        result.reserveCapacity(one.count + other.count)
        func append(_ extent: PageExtent) {
            if extent.count == 0 { return }
            if let last = result.last {
                if last.end > extent.first { isSound = false }
                if last.end == extent.first {
                    result[result.count - 1].count += extent.count
                    return
                }
            }
            result.append(extent)
        }
        var left = one.makeIterator()
        var right = other.makeIterator()
        var a = left.next()
        var b = right.next()
        while let first = a, let second = b {
            if first.first <= second.first {
                append(first)
                a = left.next()
            } else {
                append(second)
                b = right.next()
            }
        }
        while let first = a {
            append(first)
            a = left.next()
        }
        while let second = b {
            append(second)
            b = right.next()
        }
        return isSound ? result : nil
    }

    /// Extents in any order, sorted and joined. Nil as in `merged`.
    static func sorted(_ extents: [PageExtent]) -> [PageExtent]? {
        merged(extents.sorted { $0.first < $1.first }, [])
    }

    static func pageCount(_ extents: some Sequence<PageExtent>) -> Int { extents.reduce(0) { $0 + Int($1.count) } }
}
