import StrataDisk

/// Faults, room and time.
extension SimulatedDisk {
    package func inject(_ fault: DiskFault) { locked { $0.faults.add(fault) } }

    /// Each `call` from now on fails with `probability`, which `seed` decides.
    package func inject(
        _ call: DiskFault.Call, _ outcome: DiskFault.Outcome = .ioError, probability: Double, seed: UInt64
    ) {
        locked { $0.faults.add(call, outcome, probability: probability, seed: seed) }
    }

    /// From now on nothing goes wrong by injection; what went wrong stays so.
    package func removeFaults() { locked { $0.faults = DiskFaults() } }

    /// Room in bytes, used in blocks of 4 KiB; nil, as at first, is endless.
    package var capacity: Int? {
        get { locked { $0.capacity } }
        set { locked { $0.capacity = newValue } }
    }

    /// Bytes of room in use: whole blocks that are written or reserved.
    package var usedBytes: Int { locked { $0.usedBlocks * FileContent.pageSize } }

    /// From now on each call advances `clock` by what `device` says it costs.
    package func setDevice(_ device: DeviceModel, clock: SimulatedClock) {
        locked { state in
            state.device = device
            state.clock = clock
        }
    }

    /// Writes a file that is durable at once, name and all: the start of a test. Not an I/O point; restarts the trace.
    package func install(_ name: String, _ bytes: [UInt8]) {
        locked { state in
            let file = state.live.count
            state.stored.install(name, FileContent(bytes), file: file)
            state.live.append(FileContent(bytes))
            state.liveNames[name] = file
            state.stored.restartPoints()
            state.trace = DiskTrace(start: state.stored)
            state.points = 0
        }
    }

    /// The bytes of `name` as the running system sees them; nil if there is no such file.
    package func contents(of name: String) -> [UInt8]? {
        locked { state in state.liveNames[name].map { state.live[$0].bytes } }
    }

    /// Inverts the bits of `mask` in the durable byte at `offset` of `name`, which a read then sees too unless a later
    /// write not yet synced covers it. Not an I/O point.
    package func rot(_ name: String, at offset: Int, mask: UInt8) throws(StorageError) {
        try locked { (state) throws(StorageError) in
            guard let file = state.liveNames[name] else { throw .init(kind: .missing, file: full(name)) }
            guard state.stored.isStored(offset, of: file) else {
                throw .init(kind: .invalid("no durable byte at \(offset) can rot"), file: full(name))
            }
            state.rot(file, at: offset, mask: mask)
        }
    }

    /// Inverts `count` bits, which `seed` chooses among all durable bits of all files; returns where.
    @discardableResult
    package func rotRandomBits(_ count: Int, seed: UInt64) -> [(name: String, offset: Int, bit: Int)] {
        locked { state in
            let files = state.liveNames.filter { state.stored.files[$0.value].size > 0 }.sorted { $0.key < $1.key }
            let total = files.reduce(0) { $0 + state.stored.files[$1.value].size }
            guard total > 0 else { return [] }
            var random = SeededRandom(seed: seed)
            return (0..<count).map { _ in
                var offset = random.below(total)
                let bit = random.below(8)
                var index = 0
                while offset >= state.stored.files[files[index].value].size {
                    offset -= state.stored.files[files[index].value].size
                    index += 1
                }
                state.rot(files[index].value, at: offset, mask: 1 << UInt8(bit))
                return (files[index].key, offset, bit)
            }
        }
    }

    /// The kernel drops its clean pages, and reads see the device again: after a failed sync, which marks pages clean
    /// that it did not write, the old bytes come back. (Rebello et al., "Can Applications Recover from fsync
    /// Failures?", USENIX ATC 2020.) Not an I/O point.
    package func evictPageCache() {
        locked { state in
            for file in state.stored.evictUnknown() {
                state.live[file] = state.stored.current(file, size: state.live[file].size)
            }
            if state.records { state.trace.appendEviction() }
        }
    }
}

extension DiskState {
    fileprivate mutating func rot(_ file: Int, at offset: Int, mask: UInt8) {
        stored.flip(mask, file: file, at: offset)
        if !stored.isPending(file: file, at: offset) { live[file].flip(mask, at: offset) }
        if records { trace.appendFlip(mask, file: file, at: offset) }
    }
}
