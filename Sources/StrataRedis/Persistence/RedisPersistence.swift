import Glibc
import StrataDisk
import StrataJournal
import StrataRESP

/// Keeps the keyspace on disk: dumps, the append-only file, save points, and what starts from them. The executor calls it; a save or rewrite runs on
/// a thread of its own, one at a time, from a snapshot that needs no fork.
package final class RedisPersistence: CommandLog {
    unowned let engine: RedisEngine
    var keyspace: Keyspace { engine.keyspace }
    var configuration: RedisConfiguration { engine.configuration }
    /// `dir`.
    package private(set) var disk: any Disk
    /// Makes a directory below `dir`, or opens it.
    let openBelow: (String) throws(StorageError) -> any Disk
    package internal(set) var state = PersistenceState()
    var writer: AOFWriter?
    var trigger = AOFRewriteTrigger()
    var job: BackgroundJob?
    var isRewriteScheduled = false
    var isSaveScheduled = false
    /// Pairs of seconds and changes, from `save`.
    var savePoints: [(seconds: Int64, changes: Int64)] = []
    /// Told when replies up to a ticket may go. Any thread.
    package var onRelease: @Sendable (UInt64) -> Void = { _ in }
    package var log: (String) -> Void = { _ in }

    package init(
        _ engine: RedisEngine, disk: any Disk, openBelow: @escaping (String) throws(StorageError) -> any Disk
    ) {
        self.engine = engine
        self.disk = disk
        self.openBelow = openBelow
        state.lastSave = engine.started / 1000
        takeSavePoints()
        engine.log = self
        engine.persistence = self
        engine.persistenceLines = { [unowned self] in info }
    }

    // MARK: Log

    package func append(_ unit: CommandEncoder, now: Int64) throws(StorageError) -> UInt64? {
        guard let writer, !engine.isLoading else { return nil }
        do { return try writer.append(unit, now: now) } catch {
            state.isLastWriteGood = false
            throw error
        }
    }

    /// At the end of each turn, before replies go out.
    package func turnEnded() {
        guard let writer else { return }
        do throws(StorageError) { _ = try writer.flush() } catch { logFailed(error) }
    }

    /// Nothing that was to be logged from here on would be kept: writes are refused until the server is started anew.
    func logFailed(_ error: StorageError) {
        guard state.isLastWriteGood else { return }
        state.isLastWriteGood = false
        log("Error writing to the append only file: \(error)")
        engine.writeRefusal = RedisError("MISCONF Errors writing to the AOF file: \(error)")
    }

    func observe(_ writer: AOFWriter) {
        let release = onRelease
        writer.observe { (ticket, _) in release(ticket) }
    }

    var policy: SyncPolicy {
        switch configuration.value("appendfsync") {
        case "always": .always
        case "no": .never
        default: .periodic(interval: .seconds(1))
        }
    }

    // MARK: Settings

    private func takeSavePoints() {
        let numbers = configuration.value("save").split(separator: " ").compactMap { Int64($0) }
        savePoints = stride(from: 0, to: numbers.count - 1, by: 2).map { (numbers[$0], numbers[$0 + 1]) }
    }

    func settingChanged(_ name: String) throws(RedisConfiguration.Refusal) {
        switch name.lowercased() {
        case "save": takeSavePoints()
        case "auto-aof-rewrite-percentage": trigger.percentage = Int(configuration.number(name))
        case "auto-aof-rewrite-min-size": trigger.minimumSize = UInt64(max(0, configuration.number(name)))
        case "aof-timestamp-enabled": writer?.writesTimestamps = configuration.flag(name)
        case "appendfsync":
            do throws(StorageError) { try writer?.change(to: policy) } catch {
                throw RedisConfiguration.Refusal(name: name, reason: "\(error)")
            }
        case "appendonly":
            do throws(StorageError) {
                if configuration.flag(name) { try enableLog() } else { try disableLog() }
            } catch {
                throw RedisConfiguration.Refusal(name: name, reason: "\(error)")
            }
        case "dir":
            do throws(StorageError) { disk = try PosixDisk(path: configuration.value(name)) } catch {
                throw RedisConfiguration.Refusal(name: name, reason: "\(error)")
            }
        default: break
        }
    }

    // MARK: Time

    /// Ten times a second.
    package func tick() {
        finishJob()
        guard job == nil, !engine.isLoading else { return }
        let now = engine.execution.now / 1000
        if isRewriteScheduled, writer != nil || configuration.flag("appendonly") {
            try? beginRewrite()
            return
        }
        // After a failure the next try waits a little, as in Redis: 5 seconds.
        let mayTry = state.isLastSaveGood || now - state.lastSaveTry > 5
        if isSaveScheduled, mayTry {
            try? beginSave()
            return
        }
        let changes = changesSinceSave
        if mayTry, savePoints.contains(where: { changes >= $0.changes && now - state.lastSave > $0.seconds }) {
            log("Saving at a save point: \(changes) changes")
            try? beginSave()
            return
        }
        if let writer, trigger.isDue(size: writer.currentSize, now: now) {
            log("Starting automatic rewriting of AOF")
            try? beginRewrite()
        }
    }

    package var changesSinceSave: Int64 { engine.execution.dirty }
}
