package drds.rule;

import drds.parser.SqlText;

/** A shard-key column: its name as the table has it, and its type. */
public record KeyColumn(String name, KeyType type) {
    /** The name as clauses show it. */
    String quoted() {
        return SqlText.identifier(name);
    }
}
