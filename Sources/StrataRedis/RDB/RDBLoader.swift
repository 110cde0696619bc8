import StrataDisk
import StrataRESP

/// Loads a dump into a keyspace.
package final class RDBLoader: RDBValueBuilder, RDBVisitor {
    package struct Options: Sendable {
        /// Keys that have expired at this time (milliseconds since 1970) are left out; nil keeps them, as the dump of an append-only file
        /// has to: commands behind it may refer to them.
        package var now: Int64?
        /// A key that is there already is replaced (DEBUG RELOAD MERGE); otherwise it is an error.
        package var replacesKeys = false
        package init() {}
    }

    package struct Report: Sendable {
        package var version = 0
        package var keysLoaded = 0
        package var keysExpired = 0
        package var emptyKeysSkipped = 0
        /// Names of keys that were skipped, the first hundred.
        package var skipped: [[UInt8]] = []
        package var auxiliary: [(name: String, value: String)] = []
        package var functions: [[UInt8]] = []
        package var modules: Set<String> = []

        /// As Redis 7.0 logs it.
        package var logLine: String {
            "Done loading RDB, keys loaded: \(keysLoaded), keys expired: \(keysExpired), empty keys skipped: \(emptyKeysSkipped)."
        }
    }

    package private(set) var report = Report()
    private let keyspace: Keyspace
    private let options: Options
    private var database: Database
    private var key = RDBKey(name: Bytes(UnsafeRawBufferPointer(start: nil, count: 0)), database: 0, type: .string)
    private var isSkipped = false

    package init(_ keyspace: Keyspace, limits: EncodingLimits, options: Options = Options()) {
        self.keyspace = keyspace
        self.options = options
        database = keyspace.database(0)
        super.init(limits: limits)
    }

    package func version(_ version: Int) { report.version = version }
    package func auxiliary(_ name: Bytes, _ value: Bytes) { report.auxiliary.append((name.text, value.text)) }
    package func sizes(keys: UInt64, expiring: UInt64) {}
    package func function(_ code: Bytes) { report.functions.append(code.copy()) }
    package func moduleAuxiliary(_ name: String) { report.modules.insert(name) }

    package func select(_ number: Int) throws(StorageError) {
        guard number < keyspace.databaseCount else {
            throw RDBElements.corrupt(
                "database", expected: "below \(keyspace.databaseCount), as configured", found: "\(number)")
        }
        database = keyspace.database(number)
    }

    package func beginKey(_ key: RDBKey) throws(StorageError) {
        self.key = key
        isSkipped = false
        if let now = options.now, let expiry = key.expiry, Int64(bitPattern: expiry) < now {
            isSkipped = true
            report.keysExpired += 1
            return
        }
        guard database.contains(key.name) else { return }
        guard options.replacesKeys else {
            throw RDBElements.corrupt(
                "key", expected: "one that is new in database \(key.database)", found: Quoted.text(key.name))
        }
        _ = database.delete(key.name)
    }

    private var expiry: Int64? { key.expiry.map { Int64(bitPattern: $0) } }
    private var idleSeconds: Int64? { key.idleSeconds.map { Int64(clamping: $0) } }

    /// Strings go from the file's buffer into the keyspace.
    package override func string(_ value: Bytes) throws(StorageError) {
        if isSkipped { return }
        database.addString(
            key.name, value, expiry: expiry, idleSeconds: idleSeconds, frequency: key.frequency)
        report.keysLoaded += 1
    }

    package func endKey() throws(StorageError) {
        if isSkipped || key.type == .string { return }
        switch built {
        case .string: preconditionFailure("a string where a collection was")
        case .collection(let value):
            database.add(
                key.name, .collection(value), expiry: expiry, idleSeconds: idleSeconds, frequency: key.frequency)
            report.keysLoaded += 1
        case .empty:
            report.emptyKeysSkipped += 1
            if report.skipped.count < 100 { report.skipped.append(key.name.copy()) }
        case .module(let name):
            throw RDBElements.corrupt("value", expected: "a type of Redis itself", found: "one of module \(name)")
        }
    }
}
