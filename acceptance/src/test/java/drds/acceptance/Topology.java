package drds.acceptance;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the tables of a file lie in DRDS. The reference always holds them plainly. */
enum Topology {
    /** Every table is single: the whole file runs on one shard. */
    ONE {
        @Override
        Optional<String> clause(TestFile file, String table, String create) {
            return Optional.empty();
        }
    },
    /** Sharded by the keys of {@code --shard}. */
    SPREAD {
        @Override
        Optional<String> clause(TestFile file, String table, String create) {
            return rule(file.shards(), table).map(function -> "DBPARTITION BY " + function);
        }
    },
    /** Sharded by the keys of {@code --shard2} on both levels; some tables are broadcast; writes go prepared. */
    OTHERKEYS {
        @Override
        Optional<String> clause(TestFile file, String table, String create) {
            if (file.broadcast().contains(table)) {
                return Optional.of("BROADCAST");
            }
            return rule(file.otherShards(), table)
                    .or(() -> rule(file.shards(), table))
                    .map(rule -> rule.contains("TBPARTITION")
                            ? "DBPARTITION BY " + rule
                            : "DBPARTITION BY " + rule + " TBPARTITION BY " + rule + " TBPARTITIONS 2");
        }
    },
    /** For checking the corpus itself: a plain MariaDB whose tables are partitioned, so that rows come in another order. */
    SHUFFLED {
        @Override
        Optional<String> clause(TestFile file, String table, String create) {
            boolean possible = create.matches("(?is).*primary\\s+key.*")
                    && !create.matches("(?is).*\\b(unique|foreign|fulltext|partition|point)\\b.*");
            return possible ? Optional.of("PARTITION BY KEY() PARTITIONS 3") : Optional.empty();
        }
    };

    private static final Pattern CREATE = Pattern.compile(
            "(?is)create\\s+(?:or\\s+replace\\s+)?table\\s+(?:if\\s+not\\s+exists\\s+)?(?:\\w+\\.)?`?(\\w+)`?\\s*\\((?!\\s*like\\b).*");
    private static final Pattern SELECT_AT_END = Pattern.compile("(?is).*\\)[^()]*\\bselect\\b.*");

    abstract Optional<String> clause(TestFile file, String table, String create);

    /** The statement as it goes to DRDS: a CREATE TABLE gets its sharding clause. */
    String statement(TestFile file, String sql) {
        Matcher matcher = CREATE.matcher(sql);
        if (!matcher.matches() || SELECT_AT_END.matcher(sql).matches()) {
            return sql;
        }
        return clause(file, matcher.group(1), sql)
                .map(clause -> sql + " " + clause)
                .orElse(sql);
    }

    private static Optional<String> rule(Map<String, String> rules, String table) {
        return Optional.ofNullable(rules.getOrDefault(table, rules.get("*")))
                .filter(rule -> !rule.equals("HASH(none)"));
    }
}
