import StrataBTree
import StrataEngine
import StrataWAL

/// What opening a store found and did.
enum RecoveryText {
    /// What its owner should know without having asked.
    static func warnings(_ recovery: EngineRecovery) -> [String] {
        var warnings = recovery.tree.damage.map { "\($0); the store was recovered without it" }
        if recovery.tree.isFreeListLost {
            warnings.append("free pages of the tree stay unused until `compact-file` has copied it")
        }
        if case .repaired(let damage)? = recovery.log?.outcome { warnings.append("the log was repaired: \(damage)") }
        return warnings
    }

    static func lines(_ recovery: EngineRecovery, path: String) -> String {
        var text = "\(path): opened in \(milliseconds(recovery.total))\n"
        let tree = recovery.tree
        let commit = tree.commit
        if tree.isNew {
            text += "  tree    made in \(milliseconds(recovery.treeDuration))\n"
        } else {
            text += "  tree    commit \(commit.number), \(ShownSize.count(commit.entries, "entry", "entries")), "
            text += "through log entry \(commit.appliedIndex), in \(milliseconds(recovery.treeDuration))\n"
        }
        if let log = recovery.log { text += "  log     \(log), in \(milliseconds(recovery.logDuration))\n" }
        text += "  replay  " + replay(recovery) + "\n"
        return text
    }

    static func replay(_ recovery: EngineRecovery) -> String {
        guard recovery.replayedEntries > 0 else { return "nothing" }
        let entries = ShownSize.count(recovery.replayedEntries, "entry", "entries")
        return "\(entries), \(ShownSize.bytes(recovery.replayedBytes)), in \(milliseconds(recovery.replayDuration))"
    }

    static func milliseconds(_ duration: Duration) -> String {
        "\(ShownSize.decimal(Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15)) ms"
    }
}
