import Foundation
import Glibc

/// What the manifest says of the machine. A kernel or container that hides a fact leaves it out.
enum MachineFacts {
    static var kernel: String {
        var names = utsname()
        uname(&names)
        return [text(&names.sysname), text(&names.release), text(&names.version)].joined(separator: " ")
    }

    private static func text<T>(_ field: inout T) -> String {
        withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    static func machine() -> Facts {
        var facts = Facts()
        let info = fields(of: SystemFile.text("/proc/cpuinfo"), separator: ":")
        facts.set("cpu_model", info["model name"] ?? info["CPU part"])
        // The instructions that checksums, compression and hashes use.
        let interesting: Set<String> = [
            "sse4_2", "avx2", "avx512f", "pclmulqdq", "aes", "sha_ni", "bmi2", "crc32", "pmull", "sve", "hypervisor",
        ]
        let flags = (info["flags"] ?? info["Features"] ?? "").split(separator: " ").map(String.init)
        facts.set("cpu_flags", flags.filter(interesting.contains).joined(separator: " "))
        facts.set("cores", number: Double(ProcessInfo.processInfo.activeProcessorCount))
        facts.set("memory_bytes", number: Double(ProcessInfo.processInfo.physicalMemory))
        facts.set("governor", SystemFile.line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"))
        facts.set("clock_source", SystemFile.line("/sys/devices/system/clocksource/clocksource0/current_clocksource"))
        let release = fields(of: SystemFile.text("/etc/os-release"), separator: "=")
        facts.set("os", release["PRETTY_NAME"]?.trimmingCharacters(in: CharacterSet(charactersIn: "\"")))
        facts["virtual_machine"] = .flag(flags.contains("hypervisor"))
        facts.set("hypervisor", SystemFile.line("/sys/hypervisor/type"))
        facts.set("product", SystemFile.line("/sys/class/dmi/id/product_name"))
        let isContainer = access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0
        facts["container"] = .flag(isContainer)
        facts.set("transparent_hugepage", SystemFile.choice("/sys/kernel/mm/transparent_hugepage/enabled"))
        for name in ["dirty_ratio", "dirty_background_ratio", "dirty_expire_centisecs", "dirty_writeback_centisecs"] {
            facts.set("vm_\(name)", number: SystemFile.line("/proc/sys/vm/\(name)").flatMap { Double($0) })
        }
        return facts
    }

    /// Soft limits of this process.
    static func limits() -> Facts {
        var facts = Facts()
        // "Max open files            1024                 524288               files": names have blanks, columns are
        // wide.
        for line in SystemFile.text("/proc/self/limits").split(separator: "\n").dropFirst() {
            let columns = line.components(separatedBy: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { !$0.isEmpty }
            guard columns.count >= 2 else { continue }
            let name = columns[0].lowercased().replacingOccurrences(of: " ", with: "_")
            guard ["max_open_files", "max_locked_memory", "max_processes", "max_file_size"].contains(name) else {
                continue
            }
            if let number = Double(columns[1]) { facts.set(name, number: number) } else { facts.set(name, columns[1]) }
        }
        return facts
    }

    /// avg10 of every pressure file: per cent of time that some task waited.
    static func pressure() -> Facts {
        var facts = Facts()
        for resource in ["cpu", "io", "memory"] {
            let line = SystemFile.text("/proc/pressure/\(resource)").split(separator: "\n").first
            let average = line?.split(separator: " ").first { $0.hasPrefix("avg10=") }?.dropFirst(6)
            facts.set("\(resource)_some_avg10", number: average.flatMap { Double($0) })
        }
        facts.set(
            "load_1_minute", number: SystemFile.text("/proc/loadavg").split(separator: " ").first.flatMap { Double($0) }
        )
        return facts
    }

    /// Libraries as they are loaded, and the compiler.
    static func versions() -> Facts {
        var facts = Facts()
        facts.set("strata", Strata.version)
        facts.set("lz4", library("LZ4_versionString"))
        facts.set("zstd", library("ZSTD_versionString"))
        #if compiler(>=6.4)
            facts.set("swift", "6.4 or later")
        #elseif compiler(>=6.3)
            facts.set("swift", "6.3")
        #else
            facts.set("swift", "6.2")
        #endif
        return facts
    }

    /// The answer of a function without arguments that returns a C string: the version of what runs, where a header
    /// would tell that of what was compiled against.
    private static func library(_ symbol: String) -> String? {
        guard let address = dlsym(nil, symbol) else { return nil }
        typealias Function = @convention(c) () -> UnsafePointer<CChar>?
        return unsafeBitCast(address, to: Function.self)().map { String(cString: $0) }
    }

    private static func fields(of text: String, separator: Character) -> [String: String] {
        var fields: [String: String] = [:]
        for line in text.split(separator: "\n") {
            guard let place = line.firstIndex(of: separator) else { continue }
            let name = line[..<place].trimmingCharacters(in: .whitespaces)
            if fields[name] == nil {
                fields[name] = line[line.index(after: place)...].trimmingCharacters(in: .whitespaces)
            }
        }
        return fields
    }
}
