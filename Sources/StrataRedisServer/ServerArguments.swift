/// The words after `redis-server` or `strata serve redis`.
package enum ServerArguments: Equatable, Sendable {
    case version
    case help
    /// - file: the configuration's; nil: none; "-": standard input. Options count after it.
    case run(file: String?, options: [String])
    case wrong(String)

    package init(_ words: [String]) {
        guard let first = words.first else {
            self = .run(file: nil, options: [])
            return
        }
        if words.count == 1 {
            switch first {
            case "-v", "--version":
                self = .version
                return
            case "-h", "--help":
                self = .help
                return
            default: break
            }
        }
        // `-` alone is standard input, and so is one after which options follow.
        if first == "-" || !first.hasPrefix("-") {
            self = .run(file: first, options: Array(words.dropFirst()))
        } else if first.hasPrefix("--"), first.count > 2 {
            // Redis takes a lone dash at the end too, as in `redis-server --port 7000 -`.
            let readsInput = words.last == "-"
            self = .run(file: readsInput ? "-" : nil, options: readsInput ? words.dropLast() : words)
        } else {
            self = .wrong("unknown option \(first)")
        }
    }

    package static let usage = """
        usage: strata serve redis [CONF] [--NAME VALUE...]...
               strata serve redis -            (the configuration from standard input)
               strata serve redis --version
               strata serve redis --help

        CONF is a configuration file in the syntax of redis.conf; an option of the command line, as --port 7000 or
        --save 900 1 300 10, overrides it. Names that are not known are reported and passed over.

        Examples:
          strata serve redis
          strata serve redis redis.conf --port 7000 --appendonly yes --dir /var/lib/strata
          echo "maxmemory 1gb" | strata serve redis -
        """

    /// The settings that they name, the file's first.
    package static func read(file: String?, options: [String]) throws(ConfigFile.Failure) -> ConfigFile {
        var config = ConfigFile()
        if let file {
            if file == "-" {
                guard let text = FileBytes.standardInput() else {
                    throw ConfigFile.Failure(origin: "standard input", line: "", reason: "Can't read it")
                }
                try config.read(text: text, name: "standard input")
            } else {
                try config.read(file: file)
            }
        }
        try config.read(options: options)
        return config
    }
}
