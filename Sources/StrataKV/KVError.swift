/// Why a request is refused. Code and text are part of etcd's API: clients compare both (api/v3rpc/rpctypes/error.go).
package enum KVError: Error, Hashable, Sendable {
    case emptyKey
    /// `ignoreValue` or `ignoreLease` on a key that is not there, or an operation of a transaction that says nothing.
    case keyNotFound
    /// A value beside `ignoreValue`.
    case valueProvided
    /// A lease beside `ignoreLease`.
    case leaseProvided
    /// More than 128 operations in a transaction, counted over its nesting.
    case tooManyOperations
    /// One key changed twice in a transaction.
    case duplicateKey
    /// Above 1.5 MiB.
    case requestTooLarge
    case invalidSortOption
    /// A compare whose target or result is no known number. etcd's own servers stop on it.
    case invalidCompare
    /// Longer than the store's pages can hold. etcd knows no such limit.
    case keyTooLong(limit: Int)
    case compacted
    case futureRevision
    case leaseNotFound
    case leaseExists
    case leaseTTLTooLarge
    /// The disk quota is used up.
    case noSpace
    /// A watcher asks for an id that its stream uses already.
    case duplicateWatchID
    /// A watcher asks for a range that holds no key.
    case emptyWatchRange

    /// gRPC's status codes, by number.
    package enum Code: Int, Sendable {
        case invalidArgument = 3
        case notFound = 5
        case resourceExhausted = 8
        case failedPrecondition = 9
        case outOfRange = 11
        case unavailable = 14
    }

    package var code: Code {
        switch self {
        case .emptyKey, .keyNotFound, .valueProvided, .leaseProvided, .tooManyOperations, .duplicateKey,
            .requestTooLarge, .invalidSortOption, .invalidCompare, .keyTooLong, .duplicateWatchID, .emptyWatchRange:
            .invalidArgument
        case .compacted, .futureRevision, .leaseTTLTooLarge: .outOfRange
        case .leaseNotFound: .notFound
        case .leaseExists: .failedPrecondition
        case .noSpace: .resourceExhausted
        }
    }

    /// etcd's text, to the letter.
    package var text: String {
        switch self {
        case .emptyKey: "etcdserver: key is not provided"
        case .keyNotFound: "etcdserver: key not found"
        case .valueProvided: "etcdserver: value is provided"
        case .leaseProvided: "etcdserver: lease is provided"
        case .tooManyOperations: "etcdserver: too many operations in txn request"
        case .duplicateKey: "etcdserver: duplicate key given in txn request"
        case .requestTooLarge: "etcdserver: request is too large"
        case .invalidSortOption: "etcdserver: invalid sort option"
        case .invalidCompare: "etcdserver: invalid compare"
        case .keyTooLong(let limit): "etcdserver: key is too long, at most \(limit) bytes once zeros are escaped"
        case .compacted: "etcdserver: mvcc: required revision has been compacted"
        case .futureRevision: "etcdserver: mvcc: required revision is a future revision"
        case .leaseNotFound: "etcdserver: requested lease not found"
        case .leaseExists: "etcdserver: lease already exists"
        case .leaseTTLTooLarge: "etcdserver: too large lease TTL"
        case .noSpace: "etcdserver: mvcc: database space exceeded"
        // Reasons of a watch's cancellation carry no prefix.
        case .duplicateWatchID: "mvcc: duplicate watch ID provided on the WatchStream"
        case .emptyWatchRange: "mvcc: watcher range is empty"
        }
    }
}

extension KVError: CustomStringConvertible {
    package var description: String { text }
}
