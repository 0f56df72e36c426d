package drds.executor;

import drds.planner.Plan.Input;
import java.util.List;

/** A copy of a table on a scratch connection, where it has the table's name and so hides the face. */
interface Copy {
    /** How the rows are locked that are copied. */
    enum Lock {
        NONE(""),
        SHARE(" LOCK IN SHARE MODE"),
        UPDATE(" FOR UPDATE");

        private final String clause;

        Lock(String clause) {
            this.clause = clause;
        }
    }

    /** What is copied from where. */
    Input input();

    Lock lock();

    /** In the order in which they are read and written. */
    List<LoadedColumn> columns();

    /** Makes the empty copy. */
    List<String> beforeLoading();

    List<String> afterLoading();

    /** The start of an INSERT into the copy, up to the rows. */
    String insertHead();

    /** Whether equal rows of a place need not be read more than once. */
    default boolean distinct() {
        return false;
    }

    /** Reads the rows of one place. */
    default String selectStatement(Input.Source source) {
        StringBuilder sql = new StringBuilder(distinct() ? "SELECT DISTINCT " : "SELECT ");
        for (int i = 0; i < columns().size(); i++) {
            sql.append(i == 0 ? "" : ", ").append(columns().get(i).selectItem());
        }
        sql.append(" FROM ").append(source.from());
        if (source.where() != null) {
            sql.append(" WHERE ").append(source.where());
        }
        return sql.append(lock().clause).toString();
    }
}
