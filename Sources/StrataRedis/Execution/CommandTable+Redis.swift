extension CommandTable {
    /// What this engine speaks. Each group's own file says what its commands are.
    package static let redis = CommandTable(
        ConnectionCommands.all + ServerCommands.all + TransactionCommands.all + PubSubCommands.all + StringCommands.all
            + BitmapCommands.all + GenericCommands.all + ListCommands.all + HashCommands.all + SetCommands.all
            + PersistenceCommands.all + ScriptingCommands.all + DebugCommands.all + SortedSetCommands.all + StreamCommands.all + HyperLogLogCommands.all + GeoCommands.all)
}
