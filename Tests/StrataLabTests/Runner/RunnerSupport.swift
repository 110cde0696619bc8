import StrataLab
import StrataTesting

/// A short experiment over the fake: two dials of two values, two rounds.
let shortExperiment = """
    # Does the runner run?
    question = "Does the runner run?"

    [axes]
    system = "fake"
    sync_policy = ["always", "never"]
    clients = [1, 2]

    [run]
    rounds = 2
    seconds = 0.08
    warmup_seconds = 0.02
    seed = 7

    [baseline]
    sync_policy = "never"
    clients = 1

    [[plot]]
    name = "throughput"
    kind = "lines"
    title = "Throughput"
    x = "clients"
    y = "throughput"
    series = ["sync_policy"]
    """

func experiment(_ text: String = shortExperiment) throws -> Experiment {
    try Experiment(text: text, file: "short.toml")
}

func quietOptions() -> BenchOptions {
    var options = BenchOptions()
    options.isQuiet = true
    options.isQuick = true
    options.baselineSeconds = 0.002
    return options
}
