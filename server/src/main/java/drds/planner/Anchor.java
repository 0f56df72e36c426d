package drds.planner;

import drds.analyzer.Column;
import drds.analyzer.Source;
import drds.catalog.Table;
import java.util.List;

/**
 * Columns that hold a shard key: a row of the source that has partition {@code n} of the table behind it has key values there
 * that belong to partition {@code n}.
 *
 * @param table whose rule it is
 * @param columns in the rule's order, lower case
 * @param nullFilled whether an outer join may have filled them with NULL
 */
record Anchor(Source source, Table table, List<String> columns, boolean nullFilled) {
    Column column(int index) {
        return new Column(source, columns.get(index));
    }

    Anchor filled() {
        return new Anchor(source, table, columns, true);
    }

    /** Whether both tables keep equal keys in partitions of the same number on the same Group. */
    boolean sameDistribution(Anchor that) {
        List<Table.Partition> these = table.partitions();
        List<Table.Partition> those = that.table.partitions();
        if (table.rule() == null
                || that.table.rule() == null
                || these.size() != those.size()
                || !table.rule().sameDistribution(that.table.rule())) {
            return false;
        }
        for (int i = 0; i < these.size(); i++) {
            if (!these.get(i).group().equals(those.get(i).group())) {
                return false;
            }
        }
        return true;
    }
}
