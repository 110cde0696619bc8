/// One change, as watchers see it (etcd's `mvccpb.Event`).
package struct Event: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        case put = 0
        case delete = 1
    }

    package var kind: Kind
    /// A delete has key and mod revision only.
    package var keyValue: KeyValue
    /// The version before the change, where it was asked for and is not compacted away.
    package var previous: KeyValue?

    package init(kind: Kind, keyValue: KeyValue, previous: KeyValue? = nil) {
        self.kind = kind
        self.keyValue = keyValue
        self.previous = previous
    }
}
