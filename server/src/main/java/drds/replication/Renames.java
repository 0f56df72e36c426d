package drds.replication;

import drds.parser.SqlText;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.util.ArrayList;
import java.util.List;

/** Takes all tables of a schema into another one in one step: how a place is fenced, and how a copy becomes the place. */
final class Renames {
    /** In statements of these jobs' own, so that players know them in the binary log. */
    static final String MARK = "/* drds move */";

    /** Who uses a table elsewhere is waited for this long. */
    private static final int LOCK_WAIT_SECONDS = 1;

    private final Backends backends;

    Renames(Backends backends) {
        this.backends = backends;
    }

    /** Does nothing where it is done already. @return how many tables it took */
    int move(String group, String from, String to, List<String> tables) {
        return Work.on(
                backends, group, Exact.WRITING.withVariable("lock_wait_timeout", "" + LOCK_WAIT_SECONDS), work -> {
                    List<String> there = new ArrayList<>(Source.tables(work, from));
                    there.retainAll(tables);
                    if (there.isEmpty()) {
                        return 0;
                    }
                    List<String> pairs = there.stream()
                            .map(table -> SqlText.qualified(from, table) + " TO " + SqlText.qualified(to, table))
                            .toList();
                    work.execute("RENAME " + MARK + " TABLE " + String.join(", ", pairs));
                    return there.size();
                });
    }

    void createSchema(Place place, String characterSet, String collation) {
        execute(
                place.group(),
                "CREATE DATABASE IF NOT EXISTS " + SqlText.identifier(place.schema()) + " CHARACTER SET " + characterSet
                        + " COLLATE " + collation + " " + MARK);
    }

    /** With all that is in it; it is the job's own. */
    void dropSchema(Place place) {
        execute(place.group(), "DROP DATABASE IF EXISTS " + SqlText.identifier(place.schema()) + " " + MARK);
    }

    /** Only if it holds nothing. */
    void dropEmptySchema(Place place) {
        boolean empty = Work.on(
                backends,
                place.group(),
                Exact.READING,
                work -> Source.tables(work, place.schema()).isEmpty());
        if (empty) {
            dropSchema(place);
        }
    }

    void execute(String group, String sql) {
        Work.on(backends, group, Exact.WRITING, work -> work.execute(sql));
    }
}
