import StrataDisk
import StrataRESP

/// What DEBUG DIGEST and DEBUG DIGEST-VALUE answer.
package enum KeyspaceDigest {
    /// Of all data: forty hexadecimal digits, zeros where there is none.
    package static func digest(of keyspace: Keyspace) -> String {
        let encoder = RDBEncoder(compresses: false)
        let digest = RDBDigest()
        for index in 0..<keyspace.databaseCount {
            keyspace.database(index).forEach { entry in
                add(entry, database: index, encoder, to: digest)
                return true
            }
        }
        return digest.text
    }

    /// Of one value, by itself.
    package static func digest(of entry: KeyEntry) -> String {
        let digest = RDBDigest()
        digest.beginValue()
        parts(of: entry, RDBEncoder(compresses: false), to: digest)
        digest.endValue(expires: entry.isExpiring)
        return digest.valueText
    }

    private static func add(_ entry: KeyEntry, database: Int, _ encoder: RDBEncoder, to digest: RDBDigest) {
        digest.begin(database: database, key: entry.key, expires: entry.isExpiring)
        parts(of: entry, encoder, to: digest)
        digest.endKey()
    }

    private static func parts(of entry: KeyEntry, _ encoder: RDBEncoder, to digest: RDBDigest) {
        guard let collection = entry.collection else { return entry.withString { digest.string($0) } }
        encoder.buffer.removeAll()
        encoder.value(collection)
        let reader = RDBReader(RDBInput(encoder.bytes, name: "value"))
        do throws(StorageError) {
            try reader.value(RDBEncoder.type(of: collection), into: digest)
        } catch { preconditionFailure("a value that was written does not read back: \(error)") }
    }
}
