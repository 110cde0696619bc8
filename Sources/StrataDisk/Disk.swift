/// One directory on a disk. The only way in which a layer reaches files: `PosixDisk` is the real one, the simulated one
/// can lose power at any call.
///
/// The assumptions, which the simulated disk holds its users to:
/// 1. A write not covered by a completed sync may be absent, whole, or torn at 512-byte sectors, independently of others.
/// 2. A completed sync covers every earlier write to that file and its size.
/// 3. A new, renamed or removed name is durable only after `syncDirectory`.
/// 4. A failed sync leaves the file's unsynced state unknown for ever; a later successful sync proves nothing.
/// 5. Stored bytes may rot: every structure carries a checksum.
package protocol Disk: AnyObject, Sendable {
    /// The directory's path, for messages.
    var path: String { get }
    /// Opens `name` in this directory. Throws `.missing` where `access` needs an existing file that is not there,
    /// `.unsupported` where the kernel or file system refuses `method`.
    func open(_ name: String, _ access: FileAccess, method: SyncMethod) throws(StorageError) -> any File
    /// Names of the regular files here, in no order.
    func list() throws(StorageError) -> [String]
    /// Replaces `target` in one step. Durable after `syncDirectory`.
    func rename(_ name: String, to target: String) throws(StorageError)
    /// Durable after `syncDirectory`.
    func remove(_ name: String) throws(StorageError)
    func syncDirectory() throws(StorageError)
    /// Takes the lock file `name`, which is released when the result is. Throws `.locked` at once if it is taken, in
    /// this process or another. Locks are not durable.
    func lock(_ name: String) throws(StorageError) -> any DiskLock
}

/// Held as long as it lives.
package protocol DiskLock: AnyObject, Sendable {}

package enum FileAccess: Sendable {
    case read
    case readWrite
    /// A new, empty file; an existing one of that name is an error (`EEXIST`).
    case create
}

/// How a file is given room before it is written.
package enum Preallocation: String, Sendable, CaseIterable {
    /// Only the size grows (sparse): later writes allocate blocks and a sync must also commit metadata.
    case none
    /// fallocate(2): blocks are reserved but unwritten, and the first write of each converts its extent.
    case fallocate
    /// Zeros are written: dearest up front, cheapest afterwards.
    case zeroFill = "zero_fill"
}

/// An open file. Any number of readers at once beside one caller that changes it, which may be another thread each time.
package protocol File: AnyObject, Sendable {
    var name: String { get }
    /// Offset, length and memory address of every write are multiples of this: 1, or 4,096 under `.directDsync`.
    var writeAlignment: Int { get }
    func size() throws(StorageError) -> UInt64
    /// Fills `bytes` from `offset` and returns how many it got: fewer only at the end of the file.
    func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws(StorageError) -> Int
    /// Hands all bytes to the kernel, or throws; then any part of them may have been written. Durable after `sync`.
    func write(_ bytes: RawSpan, at offset: UInt64) throws(StorageError)
    /// As `write` and then durable on return, in the cheapest way the method has. Bytes of earlier calls of plain `write`
    /// are covered by `sync` only.
    func writeAndSync(_ bytes: RawSpan, at offset: UInt64) throws(StorageError)
    /// Makes every earlier write to this file durable, and its size. After a throw the file must not be synced again: see
    /// assumption 4. May run beside a `write`, which it then may or may not cover.
    func sync() throws(StorageError)
    /// Cuts or extends (with zeros) to `size` bytes. Durable after `sync`.
    func truncate(to size: UInt64) throws(StorageError)
    /// Extends to `size` bytes, reserving room for them. Durable after `sync`. Throws `ENOSPC` before the room is needed.
    func allocate(to size: UInt64, by way: Preallocation) throws(StorageError)
    /// Idempotent; never syncs.
    func close() throws(StorageError)
}
