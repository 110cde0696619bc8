import StrataDisk

/// The operations of one client, one after the other: decided by the seed alone, however fast any client is. A value owned by
/// one thread; a draw allocates nothing.
///
/// Loaded records are numbered 0..<`records`. What client c of n inserts are the records `firstInsert` + c, + c + n,
/// + c + 2n ...; among the new records a client chooses its own, so that it never asks for one that is not there yet.
package struct OperationStream: Sendable {
    package struct Operation: Hashable, Sendable {
        package var kind: OperationKind
        package var key: UInt64
        /// Records to read, of a scan; 1 otherwise.
        package var count: Int
    }

    package let order: KeyOrder
    private let records: UInt64
    private let firstInsert: UInt64
    private let client: UInt64
    private let clients: UInt64
    private var random: SeededRandom
    private var generator: KeyGenerator?
    /// Kinds with the sum of their own and all earlier shares.
    private let first: OperationKind
    private let second: OperationKind
    private let firstShare: Double
    private var begun: UInt64 = 0
    private var inserted: UInt64 = 0

    /// `keys` nil is the mix's own distribution. A mix that reads needs `records` above 0.
    package init(
        _ mix: OperationMix, keys: KeyDistribution? = nil, records: UInt64, firstInsert: UInt64, client: Int = 0,
        clients: Int = 1, seed: UInt64
    ) {
        precondition(records > 0 || !mix.needsRecords, "\(mix.rawValue) reads, and nothing is loaded")
        precondition(clients > 0 && (0..<clients).contains(client), "client \(client) of \(clients)")
        precondition(firstInsert >= records, "inserted over loaded records")
        let distribution = keys ?? mix.keys
        let shares = mix.shares
        precondition(shares.count <= 2, "a mix of more than two kinds")
        func kind(_ kind: OperationKind) -> OperationKind { kind == .update && records == 0 ? .insert : kind }
        first = kind(shares[0].kind)
        second = kind(shares[shares.count - 1].kind)
        firstShare = shares[0].share
        order = Self.order(distribution)
        self.records = records
        self.firstInsert = firstInsert
        self.client = UInt64(client)
        self.clients = UInt64(clients)
        random = SeededRandom(seed: seed, stream: UInt64(client))
        if records > 0, shares.contains(where: { $0.kind != .insert }) {
            generator = KeyGenerator(distribution, itemCount: records, client: client, clients: clients)
        }
    }

    /// Keys in turn are keys in order; every other distribution is over scattered keys.
    package static func order(_ keys: KeyDistribution) -> KeyOrder { keys == .sequential ? .ascending : .scattered }

    @inline(__always)
    package mutating func next() -> Operation {
        let kind = first == second || random.unit() < firstShare ? first : second
        guard kind != .insert else {
            defer { begun &+= 1 }
            return Operation(kind: .insert, key: order.key(of: newRecord(begun)), count: 1)
        }
        guard var number = generator?.next(&random) else { preconditionFailure("a mix that reads needs records") }
        if number >= records { number = newRecord((number - records) / clients) }
        let count = kind == .scan ? 1 + random.below(OperationMix.longestScan) : 1
        return Operation(kind: kind, key: order.key(of: number), count: count)
    }

    @inline(__always)
    private func newRecord(_ index: UInt64) -> UInt64 { firstInsert &+ index &* clients &+ client }

    /// The oldest insert that was not yet acknowledged now is: its record may be chosen from here on.
    @inline(__always)
    package mutating func acknowledgeInsert() {
        precondition(inserted < begun, "acknowledged an insert that was not begun")
        inserted &+= 1
        generator?.grow(to: records + inserted * clients)
    }
}
