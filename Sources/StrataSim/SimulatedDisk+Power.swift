import StrataDisk

/// Power and reboots.
extension SimulatedDisk {
    /// What of the changes not yet durable a power cut leaves.
    package enum Kept: Sendable, Equatable {
        case nothing
        case everything
        /// Each sector, size and name by chance.
        case randomSectors(seed: UInt64)
    }

    /// I/O points so far: the number of the next one.
    package var pointCount: Int { locked { $0.points } }

    /// What was done so far, for `CrashStates`.
    package var trace: DiskTrace { locked { $0.trace } }

    /// Records that `value`, which the caller gives its meaning, is acknowledged: from here on it must survive.
    package func mark(_ value: UInt64) {
        locked { state in
            if state.records { state.trace.append(mark: value) }
        }
    }

    /// Starts the trace anew, and the I/O points from 0; what is pending stays pending.
    package func restartTrace() {
        locked { state in
            state.stored.restartPoints()
            state.trace = DiskTrace(start: state.stored)
            state.points = 0
        }
    }

    /// Cuts the power now: every call throws `.powerLost`, for ever. `rebooted` gives the disk that comes after.
    package func powerOff() { locked { $0.isOff = true } }

    /// Cuts the power while I/O point `point` is under way: what that call should do may or may not happen, and it and
    /// all later calls throw `.powerLost`.
    package func powerOff(atPoint point: Int) { locked { $0.powerOffPoint = point } }

    /// The disk as after a power cut at this moment, all of it durable, locks released, no faults injected. This one
    /// stays as it is, so that several outcomes of one cut can be tried.
    package func rebooted(keeping kept: Kept) -> SimulatedDisk {
        let next = locked { state in
            var units = UnitSet()
            units.reset(capacity: state.stored.unitCount, filled: kept == .everything)
            if case .randomSectors(let seed) = kept { units.fillRandomly(state.stored.pending, seed: seed) }
            var next = DiskState(stored: state.stored.afterPowerCut(keeping: units), records: state.records)
            next.takeEquipment(of: state)
            return next
        }
        return SimulatedDisk(path: path, state: next)
    }

    /// The disk as the next process finds it after this one was killed: everything written is there, what was pending
    /// is still pending, the trace goes on, the locks are released. This one's calls throw `.powerLost` from now on.
    package func killed() -> SimulatedDisk {
        let next = locked { state in
            precondition(!state.isOff, "without power there is no process to kill")
            state.isOff = true
            var next = DiskState(stored: state.stored, records: state.records)
            next.live = state.live
            next.liveNames = state.liveNames
            next.trace = state.trace
            next.points = state.points
            next.reserved = state.reserved
            next.takeEquipment(of: state)
            return next
        }
        return SimulatedDisk(path: path, state: next)
    }
}

extension DiskState {
    /// What a reboot does not change.
    fileprivate mutating func takeEquipment(of other: borrowing DiskState) {
        capacity = other.capacity
        device = other.device
        clock = other.clock
    }
}
