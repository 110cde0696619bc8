import StrataDisk
import StrataKV
import StrataTesting
import Testing

@Suite struct ValidationTests {
    private let puts = { (range: Range<Int>) in
        range.map { RequestOp.put(PutRequest(key: [UInt8($0 >> 8), UInt8($0 & 0xFF)])) }
    }

    private func failure(_ request: TxnRequest) -> KVError? {
        do throws(KVError) {
            try request.validate(maximumKeySize: 985)
            return nil
        } catch { return error }
    }

    /// etcd: 128 operations pass, 129 do not; each level of a nesting takes its longest list from what is left.
    @Test func operationsHaveABudget() {
        #expect(failure(TxnRequest(success: puts(0..<128))) == nil)
        #expect(failure(TxnRequest(success: puts(0..<129))) == .tooManyOperations)
        #expect(failure(TxnRequest(failure: puts(0..<129))) == .tooManyOperations)
        let compare = Compare(key: [1], .equal, .version(0))
        #expect(failure(TxnRequest(compare: Array(repeating: compare, count: 129))) == .tooManyOperations)
        let nested = { (count: Int) in RequestOp.txn(TxnRequest(success: puts(200..<(200 + count)))) }
        #expect(failure(TxnRequest(success: puts(0..<99) + [nested(28)])) == nil)
        #expect(failure(TxnRequest(success: puts(0..<99) + [nested(29)])) == .tooManyOperations)
        #expect(
            failure(TxnRequest(compare: Array(repeating: compare, count: 120), success: [nested(9)]))
                == .tooManyOperations)
    }

    @Test func aKeyHasALimitOnceItsZerosAreEscaped() throws {
        let harness = try KVHarness()
        let limit = harness.store.maximumKeySize
        #expect(limit == 987)
        let keys: [(key: [UInt8], passes: Bool)] = [
            (Array(repeating: 1, count: limit), true), (Array(repeating: 1, count: limit + 1), false),
            (Array(repeating: 0, count: limit / 2), true), (Array(repeating: 0, count: limit / 2 + 1), false),
        ]
        try harness.execute(.leaseGrant(LeaseGrantRequest(ttl: 10, id: 1)))
        for (key, passes) in keys {
            let reply = try harness.execute(.put(PutRequest(key: key, value: [1], lease: 1)))
            if passes {
                guard case .put = reply else {
                    Issue.record("\(reply)")
                    continue
                }
            } else {
                #expect(reply == .failure(.keyTooLong(limit: limit)))
                #expect(
                    try harness.execute(.txn(TxnRequest(success: [.put(PutRequest(key: key))])))
                        == .failure(.keyTooLong(limit: limit)))
                // Reading what cannot be is no error.
                #expect(try harness.store.range(RangeRequest(key: key)).count == 0)
                #expect(
                    try harness.execute(.deleteRange(DeleteRangeRequest(key: key, rangeEnd: key + [1])))
                        == .deleteRange(DeleteRangeResponse(revision: harness.store.appliedRevision)))
            }
        }
        try harness.checkpoint()
        try harness.reopen()
        #expect(try harness.store.count(.everything) == 2)
        #expect(try harness.store.check().problems == [])
    }

    /// As many puts and overlapping deletes as a request holds, none of a key twice: done in a moment.
    @Test func hostileTransactionsAreCheckedInReasonableTime() {
        func key(_ number: Int) -> [UInt8] { (0..<3).map { UInt8(truncatingIfNeeded: number >> (16 - 8 * $0)) } }
        var children: [RequestOp] = []
        for child in 0..<60 {
            let operations = (0..<60).map { index -> RequestOp in
                let number = child * 60 + index
                return index % 2 == 0
                    ? .put(PutRequest(key: key(2 * number)))
                    : .deleteRange(DeleteRangeRequest(key: key(2 * number + 1), rangeEnd: key(2 * number + 2)))
            }
            children.append(.txn(TxnRequest(success: operations)))
        }
        #expect(failure(TxnRequest(success: children)) == nil)
        #expect(
            failure(TxnRequest(success: children + [.deleteRange(DeleteRangeRequest(key: [0], rangeEnd: [0]))]))
                == .duplicateKey)
    }

    @Test func errorsCarryEtcdsCodes() {
        #expect(KVError.emptyKey.code.rawValue == 3 && KVError.keyTooLong(limit: 9).code.rawValue == 3)
        #expect(KVError.leaseNotFound.code.rawValue == 5)
        #expect(KVError.noSpace.code.rawValue == 8)
        #expect(KVError.leaseExists.code.rawValue == 9)
        #expect(KVError.compacted.code.rawValue == 11 && KVError.futureRevision.code.rawValue == 11)
        #expect(KVError.compacted.description == "etcdserver: mvcc: required revision has been compacted")
    }

    @Test func rangesOfKeys() {
        #expect(KeyRange(key: [5], rangeEnd: []).contains([5]) && !KeyRange(key: [5], rangeEnd: []).contains([5, 0]))
        #expect(KeyRange(key: [5], rangeEnd: [0]).contains([5, 0]) && !KeyRange(key: [5], rangeEnd: [0]).contains([4]))
        #expect(KeyRange(key: [5], rangeEnd: [5, 1]).contains([5, 0]) && KeyRange(key: [5], rangeEnd: [5]).isEmpty)
        #expect(KeyRange.prefix([1, 0xFF]).end == .before([2]) && KeyRange.prefix([0xFF, 0xFF]).end == .unbounded)
        #expect(KeyRange.prefix([]).contains([0]) && KeyRange.prefix([7, 7]).end == .before([7, 8]))
    }

    /// 1.5 MiB is etcd's bound; such a value goes through store and tree.
    @Test func aLargeValueComesBackWhole() throws {
        let harness = try KVHarness()
        let value = (0..<(CommandFormat.maximumSize - 512)).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        try harness.execute(.put(PutRequest(key: [1], value: value)))
        try harness.execute(.put(PutRequest(key: [1], ignoreLease: true)))
        try harness.execute(.put(PutRequest(key: [2], value: value)))
        for _ in 0..<2 {
            #expect(try harness.store.range(RangeRequest(key: [1], revision: 2)).keyValues.first?.value == value)
            #expect(try harness.store.range(RangeRequest(key: [2])).keyValues.first?.value == value)
            try harness.checkpoint()
        }
    }
}
