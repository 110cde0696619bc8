/// If all of `compare` hold then `success`, else `failure`, in one revision (etcd's `TxnRequest`). Operations run in order
/// and see what the earlier ones did; compares of nested transactions see none of it.
package struct TxnRequest: Hashable, Sendable {
    package var compare: [Compare]
    package var success: [RequestOp]
    package var failure: [RequestOp]

    package init(compare: [Compare] = [], success: [RequestOp] = [], failure: [RequestOp] = []) {
        self.compare = compare
        self.success = success
        self.failure = failure
    }
}
