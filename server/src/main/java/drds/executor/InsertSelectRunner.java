package drds.executor;
final class InsertSelectRunner {
    InsertSelectRunner(Executor executor, Execution execution) {}
    Outcome run(drds.planner.Plan.InsertSelect plan, drds.mysql.ResultWriter out) { throw new UnsupportedOperationException(); }
}
