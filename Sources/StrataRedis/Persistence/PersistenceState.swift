/// What INFO tells of saving and logging.
package struct PersistenceState: Sendable {
    /// Seconds since 1970 of the last save that succeeded, or of the start.
    package internal(set) var lastSave: Int64 = 0
    package internal(set) var isLastSaveGood = true
    package internal(set) var lastSaveSeconds: Int64 = -1
    package internal(set) var saves: Int64 = 0
    /// Seconds since 1970 of the last try.
    package internal(set) var lastSaveTry: Int64 = 0
    package internal(set) var isLastRewriteGood = true
    package internal(set) var lastRewriteSeconds: Int64 = -1
    package internal(set) var rewrites: Int64 = 0
    package internal(set) var isLastWriteGood = true
    package internal(set) var keysLoaded = 0
    package internal(set) var keysExpiredAtLoad = 0
}
