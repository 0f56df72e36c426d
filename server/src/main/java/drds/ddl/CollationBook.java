package drds.ddl;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.rule.CollationLearner;
import drds.rule.Collations;
import drds.rule.KeyType;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The collations that this node has learned, and how it learns more from the default Group's instance. */
public final class CollationBook {
    private final Backends backends;
    private final ReentrantLock learning = new ReentrantLock();
    private volatile Collations current = Collations.BINARY_ONLY;

    public CollationBook(Backends backends) {
        this.backends = backends;
    }

    /** What is known now; never waits. */
    public Collations current() {
        return current;
    }

    /** Learns what the catalog's shard keys need; at the start, and when another node changed the catalog. */
    public void learnAll(Catalog catalog) {
        List<KeyType> types = new ArrayList<>();
        for (Database database : catalog.databases().values()) {
            for (Table table : database.tables().values()) {
                addKeys(table, types);
                table.storedIndexes().forEach(index -> addKeys(index.stored(), types));
            }
        }
        learn(types, catalog.defaultGroup());
    }

    private static void addKeys(Table table, List<KeyType> types) {
        if (table.rule() != null) {
            List<String> keys = table.rule().columns();
            table.columns().stream()
                    .filter(column -> keys.contains(column.name().toLowerCase(Locale.ROOT)))
                    .forEach(column -> types.add(column.key().type()));
        }
    }

    /** Learns what keys of these types need and isn't known yet. */
    void learn(Collection<KeyType> types, String group) {
        for (KeyType type : types) {
            String set = type.characterSet();
            String collation = type.collation();
            if (set == null || collation == null || !current.lacks(type)) {
                continue;
            }
            learning.lock();
            try {
                if (current.lacks(type)) {
                    current = current.with(Work.on(
                            backends,
                            group,
                            Action.PLAIN,
                            work -> new CollationLearner(sql -> row(work, sql)).learn(set, collation)));
                }
            } finally {
                learning.unlock();
            }
        }
    }

    private static List<byte @Nullable []> row(Work work, String sql) {
        return Arrays.asList(work.rows(sql).getFirst());
    }
}
