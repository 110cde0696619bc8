import StrataRESP

/// Who is told what happens to keys: the engine.
package protocol KeyspaceDelegate: AnyObject {
    /// A keyspace event of the table's own making: "expired", "evicted", "new", "keymiss".
    func keyspaceEvent(_ kind: NotificationClass, _ event: StaticString, _ key: Bytes, in database: Int)
    /// `key` was changed. Called only while `Keyspace.isWatched`.
    func keyModified(_ key: Bytes, in database: Int)
    /// `key` went by itself, expired or evicted: the log has to be told to delete it.
    func keyVanished(_ key: Bytes, in database: Int)
}
