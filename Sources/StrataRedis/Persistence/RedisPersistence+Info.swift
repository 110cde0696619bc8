import StrataJournal

extension RedisPersistence {
    var info: [(String, String)] {
        let now = engine.execution.now / 1000
        let progress = job?.snapshot.progress
        let isSaving = job?.kind == .save
        let isRewriting = job?.kind == .rewrite
        func flag(_ value: Bool) -> String { value ? "1" : "0" }
        var lines: [(String, String)] = [
            ("current_cow_peak", "\(progress?.peakSideBytes ?? 0)"), ("current_cow_size", "\(progress?.peakSideBytes ?? 0)"),
            ("current_cow_size_age", "0"), ("current_fork_perc", "0.00"),
            ("current_save_keys_processed", "\(progress?.saved ?? 0)"),
            ("current_save_keys_total", "\(progress?.total ?? 0)"),
            ("rdb_changes_since_last_save", "\(changesSinceSave)"), ("rdb_bgsave_in_progress", flag(isSaving)),
            ("rdb_last_save_time", "\(state.lastSave)"), ("rdb_last_bgsave_status", state.isLastSaveGood ? "ok" : "err"),
            ("rdb_last_bgsave_time_sec", "\(state.lastSaveSeconds)"),
            ("rdb_current_bgsave_time_sec", isSaving ? "\(now - (job?.began ?? now))" : "-1"),
            ("rdb_saves", "\(state.saves)"), ("rdb_last_cow_size", "0"),
            ("rdb_last_load_keys_expired", "\(state.keysExpiredAtLoad)"),
            ("rdb_last_load_keys_loaded", "\(state.keysLoaded)"), ("aof_enabled", flag(writer != nil)),
            ("aof_rewrite_in_progress", flag(isRewriting)), ("aof_rewrite_scheduled", flag(isRewriteScheduled)),
            ("aof_last_rewrite_time_sec", "\(state.lastRewriteSeconds)"),
            ("aof_current_rewrite_time_sec", isRewriting ? "\(now - (job?.began ?? now))" : "-1"),
            ("aof_last_bgrewrite_status", state.isLastRewriteGood ? "ok" : "err"),
            ("aof_rewrites", "\(state.rewrites)"),
            ("aof_rewrites_consecutive_failures", "\(trigger.consecutiveFailures)"),
            ("aof_last_write_status", state.isLastWriteGood ? "ok" : "err"), ("aof_last_cow_size", "0"),
            ("module_fork_in_progress", "0"), ("module_fork_last_cow_size", "0"),
        ]
        if let writer {
            let counts = writer.counters
            let waiting = writer.nextTicket - 1 - min(writer.durableThrough, writer.nextTicket - 1)
            lines += [
                ("aof_current_size", "\(writer.currentSize)"), ("aof_base_size", "\(trigger.baseSize)"),
                ("aof_pending_rewrite", "0"), ("aof_buffer_length", "0"), ("aof_pending_bio_fsync", "0"),
                ("aof_delayed_fsync", "0"),
                // Not Redis': what a power cut would take now, and how syncs are shared.
                ("strata_aof_batches_not_durable", "\(waiting)"), ("strata_aof_syncs", "\(counts.written.syncs)"),
                ("strata_aof_batches", "\(counts.batches)"), ("strata_aof_appends", "\(counts.appends)"),
                ("strata_aof_largest_batch", "\(counts.largestBatch)"),
            ]
        }
        return lines
    }
}
