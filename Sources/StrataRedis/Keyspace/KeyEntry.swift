import Glibc
import StrataRESP

/// A key and its value where they lie in memory (`KeyEntryFormat`). Lent by a `Database`: valid until the key is
/// changed through it, since that may move the entry; the changing methods return where it is then.
package struct KeyEntry {
    typealias Format = KeyEntryFormat

    enum Kind: UInt8 {
        case integer, bytes, collection
    }

    package let blob: UnsafeMutableRawPointer
    /// Of the key.
    let hash: UInt64

    @inline(__always)
    init(_ blob: UnsafeMutableRawPointer, hash: UInt64) {
        self.blob = blob
        self.hash = hash
    }

    /// For entries that a walk has found.
    @inline(__always)
    init(_ blob: UnsafeMutableRawPointer) {
        self.init(
            blob, hash: HashIndex.hash(Bytes(blob + Format.keyAt, Int(blob.load(as: UInt32.self)))))
    }

    @inline(__always)
    package var key: Bytes { Bytes(blob + Format.keyAt, Int(blob.load(as: UInt32.self))) }

    @inline(__always)
    var meta: UInt8 {
        get { blob.load(fromByteOffset: Format.metaAt, as: UInt8.self) }
        nonmutating set { blob.storeBytes(of: newValue, toByteOffset: Format.metaAt, as: UInt8.self) }
    }

    @inline(__always)
    var kind: Kind { Kind(rawValue: meta & Format.kindMask).unsafelyUnwrapped }

    /// The 24 bits of the last access.
    @inline(__always)
    var clock: UInt32 {
        get { blob.load(fromByteOffset: Format.metaAt, as: UInt32.self) >> 8 }
        nonmutating set {
            // Without the byte of meta: see the format's note 1.
            blob.storeBytes(of: UInt8(truncatingIfNeeded: newValue), toByteOffset: Format.clockAt, as: UInt8.self)
            blob.storeBytes(
                of: UInt16(truncatingIfNeeded: newValue >> 8), toByteOffset: Format.clockAt + 1, as: UInt16.self)
        }
    }

    // MARK: Expiry

    @inline(__always)
    package var isExpiring: Bool { meta & Format.expiring != 0 }

    @inline(__always)
    private var expiryAt: Int { Format.keyAt + Int(blob.load(as: UInt32.self)) }

    /// Milliseconds since 1970; nil: never.
    @inline(__always)
    package var expiry: Int64? {
        isExpiring ? blob.loadUnaligned(fromByteOffset: expiryAt, as: Int64.self) : nil
    }

    @inline(__always)
    package func isExpired(now: Int64) -> Bool {
        isExpiring && blob.loadUnaligned(fromByteOffset: expiryAt, as: Int64.self) < now
    }

    func storeExpiry(_ expiry: Int64) { blob.storeBytes(of: expiry, toByteOffset: expiryAt, as: Int64.self) }

    var place: Int {
        get { Int(blob.loadUnaligned(fromByteOffset: expiryAt + 8, as: UInt32.self)) }
        nonmutating set { blob.storeBytes(of: UInt32(newValue), toByteOffset: expiryAt + 8, as: UInt32.self) }
    }

    // MARK: Value

    @inline(__always)
    var valueAt: Int { expiryAt + (isExpiring ? Format.expirySize : 0) }

    package var type: ValueType { kind == .collection ? collectionReference.type : .string }

    package var encoding: ValueEncoding {
        switch kind {
        case .integer: .int
        case .bytes: meta & Format.raw != 0 || byteCount > Format.embeddedStringSize ? .raw : .embstr
        case .collection: collectionReference.encoding
        }
    }

    /// The number of a string in encoding int.
    @inline(__always)
    package var integer: Int64? {
        kind == .integer ? blob.loadUnaligned(fromByteOffset: valueAt, as: Int64.self) : nil
    }

    @inline(__always)
    var byteCount: Int { Int(blob.loadUnaligned(fromByteOffset: valueAt, as: UInt32.self)) }

    @inline(__always)
    var capacity: Int { Int(blob.loadUnaligned(fromByteOffset: valueAt + 4, as: UInt32.self)) }

    /// A string's bytes where they lie; nil for encoding int and for other types.
    @inline(__always)
    package var bytes: Bytes? {
        guard kind == .bytes else { return nil }
        let at = valueAt
        return Bytes(
            blob + at + Format.bytesHeaderSize, Int(blob.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
    }

    /// Bytes of a string that `Database.resize` has made changeable.
    package var mutableBytes: UnsafeMutableRawBufferPointer {
        precondition(kind == .bytes, "bytes of something else changed")
        return UnsafeMutableRawBufferPointer(
            start: blob + valueAt + Format.bytesHeaderSize, count: byteCount)
    }

    /// A string's bytes, of an int in decimal. Not of other types.
    @inline(__always)
    package func withString<R, E: Error>(_ body: (Bytes) throws(E) -> R) throws(E) -> R {
        if let bytes { return try body(bytes) }
        guard let integer else { preconditionFailure("the string of another type") }
        let digits = DecimalDigits(integer)
        return try digits.withBytes(body)
    }

    /// Bytes of a string, of an int in decimal. Not of other types.
    package var stringCount: Int {
        if let integer { return DecimalDigits.count(of: integer) }
        return byteCount
    }

    @inline(__always)
    package var collection: CollectionValue? { kind == .collection ? collectionReference : nil }

    @inline(__always)
    private var collectionReference: CollectionValue {
        let address = blob.loadUnaligned(fromByteOffset: valueAt, as: UInt.self)
        // Never nil: the table stored it, with a reference of its own.
        return Unmanaged<CollectionValue>.fromOpaque(UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped)
            .takeUnretainedValue()
    }

    /// Bytes of the collection that the table's sum has for it.
    var accounted: Int {
        get { Int(blob.loadUnaligned(fromByteOffset: valueAt + 8, as: UInt64.self)) }
        nonmutating set { blob.storeBytes(of: UInt64(newValue), toByteOffset: valueAt + 8, as: UInt64.self) }
    }

    /// Bytes of the allocation as they were asked for.
    var size: Int {
        switch kind {
        case .integer: valueAt + Format.integerSize
        case .bytes: valueAt + Format.bytesHeaderSize + capacity
        case .collection: valueAt + Format.collectionSize
        }
    }

    /// Bytes of heap that key and value take, exactly for strings and as `CollectionValue.memoryBytes` says for others.
    package var memoryBytes: Int { HeapCost.of(size) + (collection?.memoryBytes ?? 0) }
}
