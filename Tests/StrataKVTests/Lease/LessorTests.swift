import StrataDisk
import StrataKV
import StrataSim
import StrataTesting
import Testing

@Suite struct LessorTests {
    private let clock = SimulatedClock()

    @Test func shortTTLsAreRaisedAndLongOnesRefused() throws {
        let lessor = Lessor(clock: clock)
        #expect(try lessor.grant(1, ttl: 0) == 2)
        #expect(try lessor.grant(2, ttl: -5) == 2)
        #expect(try lessor.grant(3, ttl: 3) == 3)
        #expect(try lessor.grant(4, ttl: 9_000_000_000) == 9_000_000_000)
        #expect(throws: KVError.leaseTTLTooLarge) { try lessor.grant(5, ttl: 9_000_000_001) }
        #expect(throws: KVError.leaseTTLTooLarge) { try lessor.check(id: 5, ttl: .max) }
        #expect(KVError.leaseTTLTooLarge.text == "etcdserver: too large lease TTL")
        #expect(throws: KVError.leaseExists) { try lessor.grant(3, ttl: 10) }
        #expect(throws: KVError.leaseExists) { try lessor.check(id: 3, ttl: 10) }
        #expect(try lessor.check(id: 6, ttl: 1) == 2)
        #expect(lessor.ids == [1, 2, 3, 4])
        #expect(lessor.remaining(6) == nil)
        #expect(lessor.remaining(4).map { $0 == (9_000_000_000, 9_000_000_000) } == true)
    }

    @Test func aLeaseExpiresAtItsDeadlineAndNotBefore() throws {
        let lessor = Lessor(clock: clock)
        try lessor.grant(1, ttl: 10)
        try lessor.grant(2, ttl: 5)
        #expect(lessor.nextDeadline == clock.nanoseconds() + 5_000_000_000)
        clock.advance(by: Duration.nanoseconds(4_999_999_999))
        #expect(lessor.expired().isEmpty)
        #expect(lessor.remaining(2).map { $0 == (5, 0) } == true)
        #expect(lessor.renew(2) == 5)
        clock.advance(by: Duration.seconds(5))
        #expect(lessor.expired() == [2])
        #expect(lessor.remaining(2).map { $0 == (5, 0) } == true)
        clock.advance(by: Duration.seconds(1))
        #expect(lessor.expired() == [1])
        #expect(lessor.revoke(1) && lessor.revoke(2))
        #expect(!lessor.revoke(1))
        #expect(lessor.count == 0)
    }

    /// Its revoke may be in the log already.
    @Test func anExpiredLeaseIsNotRenewed() throws {
        let lessor = Lessor(clock: clock)
        try lessor.grant(1, ttl: 5)
        clock.advance(by: Duration.seconds(5))
        #expect(lessor.renew(1) == nil)
        #expect(lessor.expired() == [1])
        #expect(lessor.renew(1) == nil)
        #expect(lessor.renew(99) == nil)
    }

    @Test func aLostRevokeIsAskedForAgain() throws {
        let lessor = Lessor(clock: clock)
        try lessor.grant(1, ttl: 5)
        clock.advance(by: Duration.seconds(6))
        #expect(lessor.expired() == [1])
        #expect(lessor.expired().isEmpty)
        clock.advance(by: Duration.milliseconds(2999))
        #expect(lessor.expired().isEmpty)
        clock.advance(by: Duration.milliseconds(1))
        #expect(lessor.expired() == [1])
    }

    @Test func atMostAThousandRevokesASecond() throws {
        let lessor = Lessor(clock: clock)
        for id in 1...3500 { try lessor.grant(Int64(id), ttl: 5 + Int64(id % 3)) }
        clock.advance(by: Duration.seconds(60))
        let first = lessor.expired(limit: 300)
        #expect(first.count == 300)
        #expect(first.allSatisfy { $0 % 3 == 0 })
        #expect(lessor.expired().count == 700)
        #expect(lessor.expired().isEmpty)
        clock.advance(by: Duration.milliseconds(500))
        #expect(lessor.expired().count == 500)
        // What was not used does not add up.
        clock.advance(by: Duration.seconds(2))
        #expect(lessor.expired().count == 1000)
        for id in 1...3500 { lessor.revoke(Int64(id)) }
        clock.advance(by: Duration.seconds(60))
        #expect(lessor.expired().isEmpty)
    }

    @Test func onlyThePrimaryExpiresAndANewOneGivesEveryTTLAgain() throws {
        let lessor = Lessor(clock: clock)
        try lessor.grant(1, ttl: 5)
        lessor.demote()
        clock.advance(by: Duration.seconds(100))
        #expect(lessor.expired().isEmpty)
        #expect(lessor.nextDeadline == nil)
        #expect(lessor.renew(1) == 5)
        lessor.promote(extendingBy: 2)
        clock.advance(by: Duration.seconds(6))
        #expect(lessor.expired().isEmpty)
        clock.advance(by: Duration.seconds(1))
        #expect(lessor.expired() == [1])
    }

    @Test func aRestoredLeaseHasItsFullTTL() throws {
        let lessor = Lessor(clock: clock)
        clock.advance(by: Duration.seconds(1000))
        // No bound applies: it was granted once.
        lessor.restore(7, ttl: 1)
        #expect(lessor.remaining(7).map { $0 == (1, 1) } == true)
        clock.advance(by: Duration.seconds(1))
        #expect(lessor.expired() == [7])
    }

    @Test func freeIDsAreFree() throws {
        let lessor = Lessor(clock: clock)
        var random = SeededRandom(seed: 1)
        let first = lessor.freeID(&random)
        try lessor.grant(first, ttl: 5)
        var again = SeededRandom(seed: 1)
        let second = lessor.freeID(&again)
        #expect(first > 0 && second > 0 && first != second)
    }

    /// Against a dictionary of deadlines.
    @Test(arguments: 0..<8)
    func expiresWhatADictionaryExpires(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let clock = SimulatedClock()
        var options = LessorOptions()
        options.revokesPerSecond = 1 << 40
        options.retryAfter = .seconds(100_000)
        let lessor = Lessor(clock: clock, options: options)
        var model: [Int64: (ttl: Int64, deadline: UInt64, isAsked: Bool)] = [:]
        for step in 0..<rounds(5000) {
            let now = clock.nanoseconds()
            let id = Int64(1 + random.below(60))
            switch random.below(10) {
            case 0..<3:
                let ttl = Int64(2 + random.below(20))
                do {
                    try lessor.grant(id, ttl: ttl)
                    #expect(model[id] == nil, "seed \(seed), step \(step)")
                    model[id] = (ttl, now + UInt64(ttl) * 1_000_000_000, false)
                } catch { #expect(model[id] != nil, "seed \(seed), step \(step)") }
            case 3..<6:
                let isAlive = model[id].map { $0.deadline > now } ?? false
                #expect(lessor.renew(id) == (isAlive ? model[id]?.ttl : nil), "seed \(seed), step \(step)")
                if isAlive, let ttl = model[id]?.ttl { model[id]?.deadline = now + UInt64(ttl) * 1_000_000_000 }
            case 6:
                #expect(lessor.revoke(id) == (model.removeValue(forKey: id) != nil), "seed \(seed), step \(step)")
            case 7:
                let due = model.filter { $0.value.deadline <= now && !$0.value.isAsked }
                let limit = 1 + random.below(5)
                let ids = lessor.expired(limit: limit)
                #expect(ids.count == min(limit, due.count), "seed \(seed), step \(step)")
                for id in ids {
                    #expect(due[id] != nil, "seed \(seed), step \(step): \(id)")
                    model[id]?.isAsked = true
                }
            case 8:
                let left = model[id].map { $0.deadline > now ? Int64(($0.deadline - now) / 1_000_000_000) : 0 }
                #expect(lessor.remaining(id)?.remaining == left, "seed \(seed), step \(step)")
            default: clock.advance(by: Duration.milliseconds(random.below(3000)))
            }
        }
        #expect(lessor.ids == model.keys.sorted())
    }

    /// Granted and revoked long before its deadline, a lease leaves nothing behind.
    @Test func revokedLeasesTakeNoRoom() throws {
        let lessor = Lessor(clock: clock)
        for id in 1...Int64(rounds(200_000)) {
            try lessor.grant(id, ttl: 1_000_000)
            lessor.revoke(id)
        }
        #expect(lessor.pendingDeadlines <= 1026)
    }
}
