/// Who does an engine's work in the background: checkpoints, watches, leases, the log's commits.
package enum EngineThreading: Sendable {
    /// Threads of the engine's own.
    case threads
    /// None: whoever calls does what has become due, and `tick` what only time brings. Deterministic, for simulation and tools. The
    /// engine is then one thread's.
    case inline
}
