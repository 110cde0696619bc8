import Glibc
import StrataDisk

/// An open file of a `SimulatedDisk`.
package final class SimulatedFile: File, @unchecked Sendable {
    // Unchecked because `isClosed` is a plain property: it is only ever reached under the lock of `disk`.
    private let disk: SimulatedDisk
    /// The inode.
    let file: Int
    private let base: String
    private let access: FileAccess
    private let method: SyncMethod
    private var isClosed = false

    init(on disk: SimulatedDisk, file: Int, name: String, _ access: FileAccess, method: SyncMethod) {
        self.disk = disk
        self.file = file
        base = name
        self.access = access
        self.method = method
    }

    deinit { if !isClosed { disk.locked { $0.close(file) } } }

    package var name: String { disk.full(base) }

    package var writeAlignment: Int { access != .read && method == .directDsync ? IOBuffer.alignment : 1 }

    /// Power, and whether the file is open.
    @inline(__always)
    private func check(_ state: borrowing DiskState) throws(StorageError) {
        if state.isOff { throw .powerLost(name) }
        if isClosed { throw .init(kind: .closed, file: name) }
    }

    package func size() throws(StorageError) -> UInt64 {
        try disk.locked { (state) throws(StorageError) -> UInt64 in
            try check(state)
            return UInt64(state.live[file].size)
        }
    }

    package func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws(StorageError) -> Int {
        try bytes.withUnsafeMutableBytes { (target) throws(StorageError) -> Int in
            try disk.locked { (state) throws(StorageError) -> Int in
                try check(state)
                if case .error(let code)? = state.faults.outcome(of: .read, on: base) {
                    throw .io("pread", code, name, at: offset)
                }
                state.spend { $0.copy(target.count) }
                return state.live[file].read(into: target, at: Int(offset))
            }
        }
    }

    package func write(_ bytes: RawSpan, at offset: UInt64) throws(StorageError) {
        try bytes.withUnsafeBytes { (source) throws(StorageError) in
            checkAlignment(source, at: offset)
            try disk.locked { (state) throws(StorageError) in
                try write(source, at: Int(offset), completion: .none, &state)
                state.spend { $0.copy(source.count) }
            }
        }
    }

    package func writeAndSync(_ bytes: RawSpan, at offset: UInt64) throws(StorageError) {
        try bytes.withUnsafeBytes { (source) throws(StorageError) in
            checkAlignment(source, at: offset)
            try disk.locked { (state) throws(StorageError) in
                let isThrough = method == .dsync || method == .directDsync
                let failure = try syncFailure(state: &state)
                let completion: DiskTrace.Completion =
                    switch (failure == nil, method.isDurable) {
                    case (true, true): isThrough ? .writtenThrough : .synced(file: file)
                    case (true, false): .none
                    case (false, _): isThrough ? .writeThroughFailed : .syncFailed(file: file)
                    }
                let dirty = isThrough ? source.count : source.count + state.dirtyBytesIfTimed(of: file)
                try write(source, at: Int(offset), completion: completion, &state)
                state.spend { $0.copy(source.count) + (method.isDurable ? $0.sync(dirty: dirty) : 0) }
                if let failure { throw .io(writeAndSyncCall, failure, name, at: offset) }
            }
        }
    }

    package func sync() throws(StorageError) {
        try disk.locked { (state) throws(StorageError) in
            let failure = try syncFailure(state: &state)
            let dirty = state.dirtyBytesIfTimed(of: file)
            state.spend { method.isDurable ? $0.sync(dirty: dirty) : $0.callNanoseconds }
            if let failure {
                try state.perform(nil, .syncFailed(file: file), at: name)
                throw .io(syncCall, failure, name)
            }
            try state.perform(nil, method.isDurable ? .synced(file: file) : .none, at: name)
        }
    }

    /// The errno with which the sync that comes now is to fail.
    private func syncFailure(state: inout DiskState) throws(StorageError) -> Int32? {
        try check(state)
        guard case .error(let code)? = state.faults.outcome(of: .sync, on: base) else { return nil }
        return code
    }

    private var syncCall: String {
        switch method {
        case .fsync: "fsync"
        case .syncFileRange: "sync_file_range"
        case .fdatasync, .dsync, .directDsync, .ioUring: "fdatasync"
        }
    }

    /// The call in which the sync of `writeAndSync` fails.
    private var writeAndSyncCall: String {
        switch method {
        case .dsync, .directDsync: "pwrite"
        case .ioUring: "io_uring write and fdatasync"
        case .fsync, .fdatasync, .syncFileRange: syncCall
        }
    }

    private func checkAlignment(_ source: UnsafeRawBufferPointer, at offset: UInt64) {
        guard writeAlignment > 1, let address = source.baseAddress else { return }
        precondition(offset % UInt64(writeAlignment) == 0, "a direct write at an unaligned offset")
        precondition(source.count % writeAlignment == 0, "a direct write of an unaligned length")
        precondition(UInt(bitPattern: address) % UInt(writeAlignment) == 0, "a direct write from unaligned memory")
    }

    /// Writes what faults and room let through, and throws if that is not all. Only a whole write gets `completion`;
    /// a part is pending as after a plain write.
    private func write(
        _ source: UnsafeRawBufferPointer, at offset: Int, completion: DiskTrace.Completion, _ state: inout DiskState
    ) throws(StorageError) {
        try check(state)
        guard access != .read else {
            try state.perform(nil, .none, at: name)
            throw .io("pwrite", EBADF, name, at: UInt64(offset))
        }
        var target = offset
        var count = state.room(for: source.count, at: offset, of: file)
        switch state.faults.outcome(of: .write, on: base) {
        case nil: break
        case .error(let code):
            try state.perform(nil, .none, at: name)
            throw .io("pwrite", code, name, at: UInt64(offset))
        case .short(let bytes): count = min(count, bytes, max(0, source.count - 1))
        case .misdirected(let distance): target = max(0, offset + distance)
        }
        let isWhole = count == source.count
        let part = UnsafeRawBufferPointer(rebasing: source[..<count])
        let change =
            part.isEmpty
            ? nil
            : PendingChange.Kind.write(
                file: file, offset: target, bytes: Array(part), grows: target + count > state.live[file].size)
        try state.perform(change, isWhole ? completion : .none, at: name)
        state.live[file].write(part, at: target)
        if !isWhole { throw .io("pwrite", ENOSPC, name, at: UInt64(offset + count)) }
    }

    package func truncate(to size: UInt64) throws(StorageError) {
        try disk.locked { (state) throws(StorageError) in
            try begin(.truncate, "ftruncate", at: Int(size), &state)
            try resize(to: Int(size), &state)
            state.cutReservations(of: file, to: Int(size))
        }
    }

    package func allocate(to size: UInt64, by way: Preallocation) throws(StorageError) {
        let size = Int(size)
        try disk.locked { (state) throws(StorageError) in
            let old = state.live[file].size
            let call = way == .none ? "ftruncate" : way == .fallocate ? "fallocate" : "pwrite"
            guard size > old || isClosed else { return try state.perform(nil, .none, at: name) }
            try begin(.allocate, call, at: way == .none ? size : old, &state)
            let isZeroFill = way == .zeroFill
            if isZeroFill {
                precondition(
                    old % writeAlignment == 0 && size % writeAlignment == 0, "zero-filled between unaligned sizes")
            }
            let room = way == .none ? size - old : state.room(for: size - old, at: old, of: file)
            guard room == size - old || isZeroFill else {
                try state.perform(nil, .none, at: name)
                throw .io(call, ENOSPC, name, at: UInt64(old))
            }
            state.spend { isZeroFill ? $0.copy(room) : 0 }
            if isZeroFill && state.stored.reach(of: file) > old {
                // Here a power cut may bring back older bytes: the zeros count as bytes written.
                let change = PendingChange.Kind.write(
                    file: file, offset: old, bytes: [UInt8](repeating: 0, count: room), grows: true)
                try state.perform(room == 0 ? nil : change, .none, at: name)
                state.live[file].resize(to: old + room)
            } else {
                try resize(to: old + room, &state)
            }
            if way != .none && room > 0 { state.reserve(old..<old + room, of: file) }
            if room < size - old { throw .io(call, ENOSPC, name, at: UInt64(old + room)) }
        }
    }

    private func begin(
        _ call: DiskFault.Call, _ function: String, at offset: Int, _ state: inout DiskState
    ) throws(StorageError) {
        try check(state)
        state.spend { $0.callNanoseconds }
        if access == .read {
            try state.perform(nil, .none, at: name)
            // The kernel's answers differ: ftruncate(2) has EINVAL for a descriptor that cannot write.
            throw .io(function, function == "ftruncate" ? EINVAL : EBADF, name, at: UInt64(offset))
        }
        if case .error(let code)? = state.faults.outcome(of: call, on: base) {
            try state.perform(nil, .none, at: name)
            throw .io(function, code, name, at: UInt64(offset))
        }
    }

    private func resize(to size: Int, _ state: inout DiskState) throws(StorageError) {
        let changes = size != state.live[file].size
        try state.perform(changes ? .resize(file: file, size: size) : nil, .none, at: name)
        state.live[file].resize(to: size)
    }

    package func close() throws(StorageError) {
        disk.locked { state in
            if !isClosed { state.close(file) }
            isClosed = true
        }
    }
}
