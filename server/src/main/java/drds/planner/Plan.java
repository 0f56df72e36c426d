package drds.planner;

import drds.catalog.GlobalIndex;
import drds.catalog.Table;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done for one statement, decided before anything runs. All SQL in it is text for an instance: the user's own with
 * spans exchanged. {@code reason} says in one sentence why this plan and not a cheaper one; EXPLAIN shows it.
 */
public sealed interface Plan {
    String reason();

    // ---- reading ----

    /**
     * The statement goes whole to one instance; what comes back is passed through.
     *
     * @param group where
     * @param sql the physical text
     * @param write whether it changes data or locks (it then runs on the primary and takes part in a transaction)
     */
    record Route(String group, String sql, boolean write, Names names, String reason) implements Plan {}

    /**
     * The same SELECT on many partitions, merged as a stream.
     *
     * @param queries one a partition
     * @param sql the logical statement: what tells the columns of the answer
     * @param merge what DRDS does with the streams
     * @param locks whether it locks rows (it then runs on the primaries and takes part in a transaction)
     * @param clock whether the text asks for the time (NOW and the like): all fragments must be given the same moment, by
     *     setting the session variable {@code timestamp}
     * @param fallback what to do when the merge would collect more than its limit; null if it never collects, or if the
     *     statement has to be planned for that
     * @param template what it was made from without planning: all of one template have the same columns; null if it was planned
     */
    record Gather(
            List<Fragment> queries,
            String sql,
            Merge merge,
            boolean locks,
            boolean clock,
            @Nullable Residual fallback,
            Names names,
            String reason,
            @Nullable GatherTemplate template)
            implements Plan {
        Gather(
                List<Fragment> queries,
                String sql,
                Merge merge,
                boolean locks,
                boolean clock,
                @Nullable Residual fallback,
                Names names,
                String reason) {
            this(queries, sql, merge, locks, clock, fallback, names, reason, null);
        }
    }

    /**
     * Needed tables become temporary tables under their logical names on a scratch connection of the home instance, then the
     * original SQL runs there.
     *
     * @param inputs the tables that are not whole there (inside a transaction the executor adds the ones that are)
     * @param homeTables the single and broadcast tables that the statement names
     * @param sql the statement with its views expanded, to be run with the logical database as the current one
     */
    record Residual(List<Input> inputs, List<HomeTable> homeTables, String sql, boolean locks, String reason)
            implements Plan {}

    /**
     * A global index is asked first in which partitions the rows lie; then the statement is planned with them.
     *
     * @param table the base table
     * @param places numbers of the index's partitions that can have entries
     * @param where a condition over the index table's own unqualified columns
     * @param locks whether the entries are locked, so that no row goes elsewhere meanwhile
     * @param then the rest
     */
    record IndexLookup(
            Table table,
            GlobalIndex index,
            List<Integer> places,
            String where,
            boolean locks,
            Narrowed then,
            String reason)
            implements Plan {}

    /** The plan of a statement one of whose tables has rows that matter in these partitions only. */
    @FunctionalInterface
    interface Narrowed {
        Plan plan(BitSet partitions);
    }

    /**
     * Some tables' rows are sent to every Group that has partitions of the others, each into a temporary table there; then the
     * partitions answer as in a Gather.
     *
     * @param shipments in the order in which they are made: later ones may read earlier ones
     * @param fallback the statement without shipping, where that isn't possible
     * @param beyond what to do when there are many more rows than the plan is good for; null if it is good for any number
     */
    record Ship(
            List<Shipment> shipments,
            Gather gather,
            Residual fallback,
            @Nullable Beyond beyond,
            String reason) implements Plan {
        Ship(List<Shipment> shipments, Gather gather, Residual fallback, String reason) {
            this(shipments, gather, fallback, null, reason);
        }
    }

    /** @param rows more than these are for the other plan */
    record Beyond(long rows, Plan plan) {}

    /**
     * Questions that need nothing of the rest are answered first: their rows become temporary tables on every Group that the rest
     * reads.
     *
     * @param groups those that get the tables
     * @param then a Route, Gather or Ship that reads them
     * @param first where the only table has but the first rows of what the statement reads: what makes the answer right; null
     *     if it is in any case
     * @param fallback the statement without such tables
     */
    record Ahead(
            List<Stage> stages,
            List<String> groups,
            Plan then,
            @Nullable FirstRows first,
            Plan fallback,
            String reason) implements Plan {}

    /**
     * A first step's rows become a temporary table at home; the second step is a statement over that table alone.
     *
     * @param fallback the statement in one step, where two aren't possible
     */
    record Staged(Stage stage, String sql, Residual fallback, String reason) implements Plan {}

    // ---- writing ----

    /**
     * The same change on several places, all in one transaction; affected rows and the info text are added up.
     *
     * @param broadcast every statement makes the same change to a copy of its own: counts are taken from one of them
     * @param clock as in {@link Gather}
     */
    record Spread(List<Fragment> statements, boolean broadcast, boolean clock, String reason) implements Plan {}

    /**
     * INSERT or REPLACE of rows given as expressions; the executor finds each row's partition (of a BROADCAST table: writes
     * the rows to every Group, the values that can differ evaluated first; of a SINGLE one: to the home schema). The
     * statement for a place is {@code head + table + (columns) + " VALUES " + rows + tail}.
     *
     * @param head the text up to the table's name, such as {@code INSERT IGNORE INTO }
     * @param columns never empty, as written or the table's visible ones in order
     * @param rows empty inside an {@link InsertSelect}
     * @param tail the text behind the rows, such as {@code  ON DUPLICATE KEY UPDATE a = 1}, with nothing in it that names
     *     the table; empty if there is none
     */
    record InsertRows(
            Table table,
            String database,
            String head,
            List<String> columns,
            List<Row> rows,
            String tail,
            boolean replace,
            boolean ignore,
            String reason)
            implements Plan {}

    /**
     * INSERT ... SELECT: the source's rows are streamed and written by key in batches. The source may read the table that is
     * written: it must not see what the statement itself wrote.
     *
     * @param source how the rows are read
     * @param insert the insert without rows
     * @param oneRow whether it was written as one row of VALUES
     * @param hidden the columns whose exact numbers may have more digits than the source shows
     * @param wholly what to do where those digits matter; null if no column hides any
     */
    record InsertSelect(
            Plan source,
            InsertRows insert,
            boolean oneRow,
            BitSet hidden,
            @Nullable Plan wholly,
            String reason) implements Plan {
        public InsertSelect(Plan source, InsertRows insert, boolean oneRow, String reason) {
            this(source, insert, oneRow, new BitSet(), null, reason);
        }
    }

    /**
     * A change that can't be told from each place alone is made on copies first: the rows that can matter are copied, those of
     * the targets locked, to temporary tables under the logical names on a scratch connection of the home instance; the
     * statement itself runs there, so that its meaning, its warnings and its counts are MySQL's; then what it did to the copies
     * is done to the rows, by their keys.
     *
     * @param targets the tables that change: all their stored columns and the rows that can matter; for an INSERT no rows
     *     yet, where {@code candidates} tells them
     * @param inputs sharded tables that are only read
     * @param homeTables the single and broadcast tables that are only read
     * @param sql the statement with its views expanded, to be run with the logical database as the current one
     * @param candidates the rows that an INSERT brings; null for other changes
     * @param inserts whether it is an INSERT or REPLACE
     * @param onFaces for changes through views: the copies are rows of the faces, inside a transaction that is rolled back;
     *     null for temporary tables
     * @param triggers where it fires triggers: the targets' copies are rows of their faces, whose triggers those are
     */
    record Rehearsal(
            List<Input> targets,
            List<Input> inputs,
            List<HomeTable> homeTables,
            String sql,
            @Nullable Candidates candidates,
            boolean inserts,
            @Nullable OnFaces onFaces,
            @Nullable Triggers triggers,
            String reason)
            implements Plan {
        /** Whether the copies of the targets are on their faces. */
        public boolean usesFaces() {
            return onFaces != null || triggers != null;
        }
    }

    // ---- the parts ----

    /** @param reached other tables that the triggers change */
    record Triggers(List<Reached> reached) {}

    /**
     * A table that triggers change: on a copy first.
     *
     * @param numbered whether rows that come get numbers of its AUTO_INCREMENT column
     */
    record Reached(Input input, boolean numbered) {}

    /** @param numbers how many AUTO_INCREMENT numbers the statement may want */
    record OnFaces(int numbers) {}

    /**
     * Rows that an INSERT brings.
     *
     * @param columns never empty
     * @param source {@code VALUES ...} or a query: what stands behind the column list
     */
    record Candidates(List<String> columns, String source) {}

    /** One statement for one partition (or for one Group, {@code partition} -1). */
    record Fragment(String group, int partition, String sql) {}

    /** A column whose physical names must be put back: which logical database, and physical schema.table to logical. */
    record Names(String database, List<Renaming> renamings) {
        public record Renaming(String schema, String table, String logicalDatabase, String logicalTable) {}
    }

    /**
     * A table that is copied to the scratch connection.
     *
     * @param database the logical database whose face gives the definition
     * @param columns the names of the columns that are needed, in the table's order; all others are left out
     * @param sources one a partition; empty when no row can matter
     */
    record Input(String database, Table table, List<String> columns, List<Source> sources) {
        /**
         * Rows of one partition.
         *
         * @param from the physical table, quoted: {@code `shop_0001`.`orders_03`}
         * @param where a condition over the table's own unqualified columns, null for all rows
         */
        public record Source(
                String group,
                int partition,
                String from,
                @Nullable String where) {}

        /** Whether a condition keeps rows back. */
        public boolean filtered() {
            return sources.stream().anyMatch(source -> source.where() != null);
        }

        /** The same with all rows of the sources. */
        public Input unfiltered() {
            return new Input(
                    database,
                    table,
                    columns,
                    sources.stream()
                            .map(source -> new Source(source.group(), source.partition(), source.from(), null))
                            .toList());
        }
    }

    /**
     * A table that becomes a temporary one on several Groups.
     *
     * @param input the rows
     * @param name of the temporary table, quoted
     * @param keys the columns of its keys
     * @param targets the Groups that get it
     * @param rows which of those that the sources have
     */
    record Shipment(Input input, String name, List<List<String>> keys, List<String> targets, Rows rows) {
        public enum Rows {
            ALL,
            /** Equal rows need not be sent more than once. */
            DISTINCT,
            /** The rows are keys that were sent before, of which each is to be found once: what is found need not be sought any more. */
            SOUGHT
        }
    }

    /**
     * A first step.
     *
     * @param name of the temporary table, quoted
     * @param query the logical statement that has the rows
     * @param distinct whether equal rows need not be kept more than once
     */
    record Stage(String name, String query, Plan source, boolean distinct) {
        public Stage(String name, String query, Plan source) {
            this(name, query, source, false);
        }
    }

    /**
     * @param taken so many rows were asked for; if there are fewer, they are all
     * @param wanted with so many rows an answer has nothing of the rows behind
     */
    record FirstRows(long taken, long wanted) {}

    record HomeTable(String database, Table table) {}

    /** One row of an INSERT: an expression's text for each column. */
    record Row(List<String> values) {}

    /**
     * What DRDS does with the rows of a Gather, in this order: merge by {@code order} (else one stream after the other),
     * combine by {@code aggregation}, drop duplicates, sort by {@code sort}, skip and limit, keep the first
     * {@code visibleColumns} columns. Ordinals in {@code order}, {@code aggregation} are those of the fragments' columns;
     * in {@code sort} they are those of {@code aggregation}'s outputs, if there is one.
     *
     * @param order the streams come ordered by this; empty: any order
     * @param aggregation null if none
     * @param distinct drop rows equal to the one before in the {@code order} columns
     * @param sort a sort in memory of what is left, empty if none
     */
    record Merge(
            List<SortKey> order,
            @Nullable Aggregation aggregation,
            boolean distinct,
            List<SortKey> sort,
            @Nullable Long limit,
            long offset,
            int visibleColumns) {
        public static final Merge CONCATENATE =
                new Merge(List.of(), null, false, List.of(), null, 0, Integer.MAX_VALUE);
    }

    /**
     * @param column the ordinal (from 0) of the fragment's column to compare
     * @param weightColumn the ordinal of the hidden WEIGHT_STRING column to compare by if the column is text, or -1 where the
     *     planner knows that it is not text
     */
    record SortKey(int column, int weightColumn, boolean descending) {}

    /**
     * Rows equal in the {@code keys} are combined into one.
     *
     * @param keys the group keys as fragments give them ({@link Merge#order} has them all); empty: one row in all
     * @param outputs one for each output column, hidden ones last
     */
    record Aggregation(List<SortKey> keys, List<Output> outputs) {
        public sealed interface Output {
            /** Any one of the group's values (a group key). */
            record First(int column) implements Output {}

            /** The sum of partial counts. */
            record Count(int column) implements Output {}

            /** The sum of partial sums, NULLs passed over; NULL if all are. */
            record Sum(int column) implements Output {}

            record Min(int column, int weightColumn) implements Output {}

            record Max(int column, int weightColumn) implements Output {}

            /** Partial sums over partial counts, in the scale that the statement's own metadata gives. */
            record Avg(int sumColumn, int countColumn) implements Output {}

            record GroupConcat(int column, String separator) implements Output {}

            record BitAnd(int column) implements Output {}

            record BitOr(int column) implements Output {}

            record BitXor(int column) implements Output {}
        }
    }
}
