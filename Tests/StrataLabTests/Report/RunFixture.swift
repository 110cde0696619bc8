import StrataLab
import StrataTesting

/// A run directory written by hand: `always` (baseline, 100 ops/s and more each round), `never` (twice that), one cell
/// that the kernel refuses, and an A/A control.
struct RunFixture {
    var rounds = 6
    /// Factor on every throughput of `never`.
    var speedup = 2.0
    /// The control's throughput to that of the cell it repeats.
    var controlFactor = 1.0
    var noisyRound: Int?

    static let header =
        "run_id,experiment,cell_id,role,round,order,seed,system,version,sync_policy,value_bytes,fs,phase,metric,stat,value,"
        + "unit,n,noisy,status,note\n"
    static let question = "Is <never> faster & by how much?"

    var results: String {
        var text = Self.header
        for round in 1...rounds {
            func row(_ cell: String, _ role: String, _ policy: String, _ rest: String, status: String = "ok,") {
                let noisy = round == noisyRound ? 1 : 0
                text +=
                    "r1,policies,\(cell),\(role),\(round),1,42,wal,1.0,\(policy),4096,ext4,\(rest),\(noisy),\(status)\n"
            }
            let speed = Double(100 + round * 10)
            // A little unrest, the same above and below, so that the control's interval has a width.
            let unrest = round % 2 == 0 ? 1.01 : 1 / 1.01
            row("aaaa", "baseline", "always", "run,throughput,value,\(speed),ops/s,1000")
            row("aaaa", "baseline", "always", "run,latency,p99,\(1e6 / speed),us,1000")
            row("aaaa", "baseline", "always", "run,syncs_per_op,value,1,syncs/op,1000")
            row("bbbb", "measure", "never", "run,throughput,value,\(speed * speedup),ops/s,2000")
            row("bbbb", "measure", "never", "run,latency,p99,\(1e6 / speed / speedup),us,2000")
            row("bbbb", "measure", "never", "run,syncs_per_op,value,0,syncs/op,2000")
            row(
                "cccc", "measure", "grouped:1ms:1MiB", ",,,,,",
                status: "unsupported,\"kernel says <no>, and \"\"never\"\"\"")
            row("aaaa", "control", "always", "run,throughput,value,\(speed * controlFactor * unrest),ops/s,1000")
        }
        return text
    }

    var manifest: String {
        """
        {"run_id": "r1", "experiment": "policies", "question": "\(Self.question)", "seed": 18446744073709551615,
         "commit": "0123456789abcdef", "kernel": "6.1.0", "machine": {"cpu_model": "A <b>CPU</b>", "cores": 2},
         "axes": {"sync_policy": ["never", "always", "grouped:1ms:1MiB"]}, "baseline": {"sync_policy": "always"},
         "plots": [{"name": "speed", "kind": "bars", "title": "Speed of sync_policy: 100 % & <more>", "x": "sync_policy",
                    "y": "throughput", "series": [], "log_x": false, "log_y": false}]}
        """
    }

    var resultSet: ResultSet {
        get throws { try ResultSet(table: CSVTable(text: results, file: "results.csv"), file: "results.csv") }
    }

    var summary: Summary {
        get throws { Summary(results: try resultSet, baseline: BaselineRule(values: ["sync_policy": "always"])) }
    }

    func write(to directory: TemporaryDirectory, manifest hasManifest: Bool = true) throws {
        try directory.write(Array(results.utf8), to: "results.csv")
        if hasManifest { try directory.write(Array(manifest.utf8), to: "manifest.json") }
    }
}
