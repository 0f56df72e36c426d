package drds.executor;
final class ReadThenWriteRunner {
    ReadThenWriteRunner(Executor executor, Execution execution) {}
    Outcome run(drds.planner.Plan.ReadThenWrite plan, drds.mysql.ResultWriter out) { throw new UnsupportedOperationException(); }
}
