import Glibc
import StrataDisk

/// Walks the layers of a view as one ordered map, both ways: of equal keys the newest layer's entry counts, and a tombstone hides
/// those below it. One thread.
package final class MergedCursor {
    private enum Source {
        case none, active, frozen, tree
    }

    private enum Direction {
        case forwards, backwards
    }

    private let view: TreeView
    private var active: ChangeCursor
    private var frozen: ChangeCursor?
    private let tree: TreeCursor
    private var source = Source.none
    private var direction = Direction.forwards
    /// The value as it was when the cursor came here.
    private var cell: ChangeCell?
    /// The key left behind where the direction changes.
    private lazy var turning = IOBuffer(capacity: 1024)

    init(_ view: TreeView) {
        self.view = view
        active = ChangeCursor(view.active)
        frozen = view.frozen.map { ChangeCursor($0) }
        tree = view.snapshot.makeCursor()
    }

    package var isValid: Bool { source != .none }

    // MARK: Moving

    /// To the first entry at or after `key`; false where there is none.
    package func seek(_ key: RawSpan) throws(StorageError) -> Bool {
        key.withUnsafeBytes { key in
            active.seek(key)
            frozen?.seek(key)
        }
        _ = try tree.seek(key)
        return try settle(.forwards)
    }

    /// To the last entry before `key`; false where there is none.
    package func seekBack(_ key: RawSpan) throws(StorageError) -> Bool {
        key.withUnsafeBytes { key in
            active.seekBack(key)
            frozen?.seekBack(key)
        }
        _ = try tree.seekBack(key)
        return try settle(.backwards)
    }

    package func seekFirst() throws(StorageError) -> Bool {
        active.seekFirst()
        frozen?.seekFirst()
        _ = try tree.seekFirst()
        return try settle(.forwards)
    }

    package func seekLast() throws(StorageError) -> Bool {
        active.seekLast()
        frozen?.seekLast()
        _ = try tree.seekLast()
        return try settle(.backwards)
    }

    /// To the entry after this one; false where there is none, and then the cursor is on no entry.
    package func next() throws(StorageError) -> Bool {
        precondition(isValid, "moved on from no entry")
        if direction == .backwards {
            keepKey()
            return try turning.withBytes { (key) throws(StorageError) in
                _ = try seek(key)
                // The entry itself may still be there, or be removed meanwhile in the active buffer.
                guard isValid, isOn(key) else { return isValid }
                try step()
                return try settle(.forwards)
            }
        }
        try step()
        return try settle(.forwards)
    }

    /// To the entry before this one; false where there is none, and then the cursor is on no entry.
    package func previous() throws(StorageError) -> Bool {
        precondition(isValid, "moved back from no entry")
        if direction == .forwards {
            keepKey()
            return try turning.withBytes { (key) throws(StorageError) in try seekBack(key) }
        }
        try step()
        return try settle(.backwards)
    }

    private func keepKey() {
        turning.removeAll()
        withKey { turning.append($0) }
    }

    private func isOn(_ key: RawSpan) -> Bool {
        withKey { own in compareBytes(own, key) == 0 }
    }

    /// Moves every source that stands on the present key one further.
    @inline(__always)
    private func step() throws(StorageError) {
        switch source {
        case .none: break
        case .tree: try stepTree()
        case .active, .frozen:
            let node = source == .active ? active.node! : frozen!.node!
            let key = node.key
            if tree.isValid, tree.withKey({ order(of: $0, to: key) }) == 0 { try stepTree() }
            if source == .active, let other = frozen?.node, other.compare(key) == 0 {
                direction == .forwards ? frozen!.next() : frozen!.previous()
            }
            if source == .active {
                direction == .forwards ? active.next() : active.previous()
            } else {
                direction == .forwards ? frozen!.next() : frozen!.previous()
            }
        }
    }

    @inline(__always)
    private func stepTree() throws(StorageError) {
        _ = direction == .forwards ? try tree.next() : try tree.previous()
    }

    /// Chooses the source whose entry comes next, passing over what tombstones hide.
    @inline(__always)
    private func settle(_ direction: Direction) throws(StorageError) -> Bool {
        self.direction = direction
        while true {
            choose()
            switch source {
            case .none: return false
            case .tree:
                cell = nil
                return true
            case .active: cell = active.node!.cell
            case .frozen: cell = frozen!.node!.cell
            }
            if !cell!.isTombstone { return true }
            try step()
        }
    }

    @inline(__always)
    private func choose() {
        let sign = direction == .forwards ? 1 : -1
        var best = active.node
        source = best == nil ? .none : .active
        if let other = frozen?.node {
            if let node = best {
                // By whole keys: heads of two buffers are not to be compared.
                if other.compare(node.key) * sign < 0 { (best, source) = (other, .frozen) }
            } else {
                (best, source) = (other, .frozen)
            }
        }
        guard tree.isValid else { return }
        guard let best else {
            source = .tree
            return
        }
        if tree.withKey({ order(of: $0, to: best.key) }) * sign < 0 { source = .tree }
    }

    // MARK: Reading

    /// Lends the present key.
    @inlinable
    package func withKey<R>(_ body: (RawSpan) -> R) -> R {
        var result: R?
        visitKey { result = body($0) }
        return result!
    }

    /// Lends the present value.
    @inlinable
    package func withValue<R>(_ body: (RawSpan) throws(StorageError) -> R) throws(StorageError) -> R {
        var result: R?
        try visitValue { (value) throws(StorageError) in result = try body(value) }
        return result!
    }

    /// As `withKey`, without a type of its own: what other modules inline.
    package func visitKey(_ body: (RawSpan) -> Void) {
        switch source {
        case .none: preconditionFailure("a key of no entry")
        case .active: body(active.node!.key.bytes)
        case .frozen: body(frozen!.node!.key.bytes)
        case .tree: tree.withKey(body)
        }
    }

    /// As `withValue`, without a type of its own.
    package func visitValue(_ body: (RawSpan) throws(StorageError) -> Void) throws(StorageError) {
        precondition(isValid, "a value of no entry")
        if let cell { try body(cell.bytes.bytes) } else { try tree.withValue(body) }
    }

    /// Below zero where `key` is smaller than `other`.
    @inline(__always)
    private func order(of key: RawSpan, to other: UnsafeRawBufferPointer) -> Int { compareBytes(key, other.bytes) }
}

/// Bytes by value, then the shorter first: below zero where `a` is smaller.
@inline(__always)
func compareBytes(_ a: RawSpan, _ b: RawSpan) -> Int {
    a.withUnsafeBytes { a in
        b.withUnsafeBytes { b in
            let common = min(a.count, b.count)
            if common > 0 {
                let order = memcmp(a.baseAddress!, b.baseAddress!, common)
                if order != 0 { return Int(order) }
            }
            return a.count - b.count
        }
    }
}
