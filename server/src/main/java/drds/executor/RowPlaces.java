package drds.executor;

import drds.catalog.Table;
import drds.catalog.Table.Column;
import drds.mysql.TextRow;
import drds.rule.Collations;
import drds.rule.KeyQuestion;
import drds.rule.KeyValue;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells in which partition a row belongs that an instance is asked for. */
final class RowPlaces {
    /** The place of every row of a table without partitions. */
    static final int NO_PARTITION = -1;

    private final @Nullable Rule rule;
    private final Collations collations;
    private final List<Column> columns = new ArrayList<>();
    private final List<KeyQuestion> questions;
    /** How many items each question has. */
    private final List<Integer> counts;

    RowPlaces(Table table, Collations collations) {
        this.rule = table.rule();
        this.collations = collations;
        if (rule != null) {
            for (String name : rule.columns()) {
                Column column = table.column(name);
                if (column == null) {
                    throw new IllegalStateException("the rule of " + table.name() + " names a missing column: " + name);
                }
                columns.add(column);
            }
        }
        this.questions = columns.stream().map(StoredValues::question).toList();
        this.counts =
                questions.stream().map(question -> question.items("c").size()).toList();
    }

    /** Whether the column's value decides on the place. */
    boolean decides(Column column) {
        return columns.contains(column);
    }

    List<Column> columns() {
        return columns;
    }

    /** What must be selected, of the row that the qualifier ({@code a.}) names. */
    List<String> items(String qualifier) {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            items.addAll(questions
                    .get(i)
                    .items(qualifier + Names.quoted(columns.get(i).name())));
        }
        return items;
    }

    /** How many items there are. */
    int count() {
        return counts.stream().mapToInt(Integer::intValue).sum();
    }

    /** @param at where the items' answers begin */
    int place(TextRow row, int at) {
        if (rule == null) {
            return NO_PARTITION;
        }
        List<KeyValue> key = new ArrayList<>();
        int next = at;
        for (int c = 0; c < columns.size(); c++) {
            List<byte @Nullable []> answers = new ArrayList<>();
            for (int i = 0; i < counts.get(c); i++) {
                answers.add(row.bytes(next++));
            }
            key.add(questions.get(c).answer(collations, answers));
        }
        return rule.partition(key);
    }
}
