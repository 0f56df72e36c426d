package drds.session;

import drds.atom.SessionState;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.rule.CollationLearner;
import drds.rule.Collations;
import drds.rule.KeyType;
import drds.rule.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The collations of all shard keys, learned from the home instance as tables with them turn up. */
final class KeyCollations {
    private final ReentrantLock learning = new ReentrantLock();
    private volatile Collations known = Collations.BINARY_ONLY;
    private volatile long seenVersion = -1;

    Collations known() {
        return known;
    }

    /** Learns what the catalog's tables need and isn't known yet; must be called by a thread that may talk to instances. */
    void learn(Catalog catalog, Home home) {
        if (catalog.version() == seenVersion) {
            return;
        }
        learning.lock();
        try {
            for (Database database : catalog.databases().values()) {
                for (Table table : database.tables().values()) {
                    learn(table, home);
                }
            }
            seenVersion = catalog.version();
        } finally {
            learning.unlock();
        }
    }

    private void learn(Table table, Home home) {
        Rule rule = table.rule();
        if (rule == null) {
            return;
        }
        for (String name : rule.columns()) {
            Table.Column column = table.column(name);
            if (column == null) {
                continue;
            }
            KeyType type = column.key().type();
            String charset = type.characterSet();
            String collation = type.collation();
            if (charset != null && collation != null && known.lacks(type)) {
                CollationLearner learner = new CollationLearner(sql -> row(home, sql));
                known = known.with(learner.learn(charset, collation));
            }
        }
    }

    private static List<byte @Nullable []> row(Home home, String sql) {
        SessionState raw = SessionState.INITIAL.withVariable("character_set_results", "'binary'");
        return Arrays.asList(home.query(raw, sql).rows().getFirst());
    }
}
