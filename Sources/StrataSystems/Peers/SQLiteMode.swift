import StrataJournal

/// Ways of SQLite to commit: its journal, and the `synchronous` level under each policy.
///
/// https://www.sqlite.org/pragma.html#pragma_synchronous has the levels. A level under which neither an acknowledged commit
/// survives a power cut nor syncs are left out altogether has no policy's word: it is a mode of its own, and stands under
/// `.never`, because an acknowledgement promises nothing then.
package enum SQLiteMode: String, CaseIterable, Sendable {
    /// Write-ahead log. FULL syncs it in each commit.
    case wal = "sqlite-wal"
    /// Write-ahead log that is synced when it is moved to the database: a power cut takes the commits since, and the database
    /// stays consistent.
    case walNormal = "sqlite-wal-normal"
    /// Rollback journal. EXTRA syncs the directory as well after the journal's removal, which is the commit: under FULL a
    /// power cut may bring the journal back, and with it the state before the commit.
    case delete = "sqlite-delete"
    /// Rollback journal that is synced, and removed without a sync of the directory: a power cut may take the newest commit.
    case deleteFull = "sqlite-delete-full"
    /// As FULL, but syncs less often: on file systems without ordered writes a power cut may damage the database.
    case deleteNormal = "sqlite-delete-normal"

    var journal: String {
        switch self {
        case .wal, .walNormal: "wal"
        case .delete, .deleteFull, .deleteNormal: "delete"
        }
    }

    /// The level that keeps what `policy` promises.
    func synchronous(under policy: SyncPolicy) throws -> String {
        switch (self, policy) {
        case (.wal, .always): return "FULL"
        case (.delete, .always): return "EXTRA"
        case (.wal, .never), (.delete, .never): return "OFF"
        case (.walNormal, .never), (.deleteNormal, .never): return "NORMAL"
        case (.deleteFull, .never): return "FULL"
        case (.walNormal, .always), (.deleteFull, .always), (.deleteNormal, .always):
            throw SystemUnsupported(reason: "a power cut may take commits that \(rawValue) has acknowledged")
        case (_, .periodic):
            throw SystemUnsupported(reason: "SQLite has no syncs in the background, only in commits and checkpoints")
        case (_, .grouped):
            throw SystemUnsupported(reason: "SQLite has no group commit: each transaction syncs for itself")
        case (_, .everyBytes):
            throw SystemUnsupported(reason: "SQLite has no syncs by bytes written, only in commits and checkpoints")
        }
    }
}
