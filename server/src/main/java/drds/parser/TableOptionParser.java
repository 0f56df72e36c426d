package drds.parser;

import static drds.parser.Word.*;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Options of tables, indexes, partitions and databases. */
final class TableOptionParser {
    private final Tokens t;
    private final Grammar grammar;

    TableOptionParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    /** A table's option, if one is here. */
    @Nullable
    TableOption tableOption() {
        int start = t.start();
        Word word = t.word();
        if (word == null) return engineDefined(start);
        switch (word) {
            case DEFAULT -> {
                if (t.word(1) != CHARACTER && t.word(1) != CHARSET && t.word(1) != CHAR && t.word(1) != COLLATE)
                    return null;
                t.next();
                return characters(start);
            }
            case CHARACTER, CHARSET, CHAR, COLLATE -> {
                return characters(start);
            }
            case ENGINE,
                    TYPE,
                    AUTO_INCREMENT,
                    AVG_ROW_LENGTH,
                    CHECKSUM,
                    TABLE_CHECKSUM,
                    COMMENT,
                    CONNECTION,
                    DELAY_KEY_WRITE,
                    INSERT_METHOD,
                    KEY_BLOCK_SIZE,
                    MAX_ROWS,
                    MIN_ROWS,
                    PACK_KEYS,
                    PAGE_CHECKSUM,
                    PASSWORD,
                    ROW_FORMAT,
                    STATS_AUTO_RECALC,
                    STATS_PERSISTENT,
                    STATS_SAMPLE_PAGES,
                    TABLESPACE,
                    TRANSACTIONAL,
                    COMPRESSION,
                    ENCRYPTION,
                    AUTOEXTEND_SIZE,
                    ENGINE_ATTRIBUTE,
                    SECONDARY_ENGINE_ATTRIBUTE,
                    SECONDARY_ENGINE,
                    NODEGROUP,
                    LOCALITY,
                    TABLEGROUP,
                    SEQUENCE -> {
                t.next();
                return value(start, word.name());
            }
            case STORAGE -> {
                return word(start, "STORAGE", 2);
            }
            case DATA, INDEX -> {
                if (t.word(1) != DIRECTORY) return null;
                t.next();
                t.next();
                return value(start, word.name() + " DIRECTORY");
            }
            case UNION -> {
                return t.kind(1) == Token.OPEN || t.kind(1) == Token.EQUAL ? union(start) : null;
            }
            case START -> {
                return t.word(1) == TRANSACTION ? word(start, "START TRANSACTION", 2) : null;
            }
            case WITH -> {
                return t.word(1) == SYSTEM && t.word(2) == VERSIONING ? word(start, "WITH SYSTEM VERSIONING", 3) : null;
            }
            default -> {
                return word.reserved ? null : engineDefined(start);
            }
        }
    }

    private TableOption word(int start, String name, int words) {
        for (int i = 0; i < words; i++) t.next();
        return new TableOption(t.since(start), name, "", new Span(t.lastEnd(), t.lastEnd()));
    }

    private TableOption characters(int start) {
        if (t.accept(COLLATE)) return value(start, "COLLATE");
        if (t.accept(CHARACTER) || t.accept(CHAR)) t.expect(SET);
        else t.expect(CHARSET);
        return value(start, "CHARSET");
    }

    /** {@code [=] value}: a word, a string or a number. */
    TableOption value(int start, String name) {
        t.accept(Token.EQUAL);
        int valueStart = t.start();
        String value;
        switch (t.kind()) {
            case STRING -> value = grammar.primaries.stringLiteral().value();
            case WORD, QUOTED -> value = t.anyIdentifier().text();
            case INTEGER, DECIMAL, HEX, FLOAT -> {
                value = t.text();
                t.next();
            }
            default -> throw t.error();
        }
        return new TableOption(t.since(start), name, value, t.since(valueStart));
    }

    private TableOption union(int start) {
        t.next();
        t.accept(Token.EQUAL);
        int valueStart = t.start();
        t.expect(Token.OPEN);
        while (!t.at(Token.CLOSE)) {
            t.qualifiedName();
            if (!t.accept(Token.COMMA)) break;
        }
        t.expect(Token.CLOSE);
        Span valueSpan = t.since(valueStart);
        return new TableOption(t.since(start), "UNION", valueSpan.of(t.source), valueSpan);
    }

    /** MariaDB's {@code name = value}. */
    private @Nullable TableOption engineDefined(int start) {
        if (!t.atIdentifier() || t.kind(1) != Token.EQUAL) return null;
        String name = t.identifier().text().toUpperCase(Locale.ROOT);
        return value(start, name);
    }

    /** An option of an index, if one is here. */
    @Nullable
    TableOption indexOption() {
        int start = t.start();
        switch (t.word()) {
            case KEY_BLOCK_SIZE, COMMENT, ENGINE_ATTRIBUTE, SECONDARY_ENGINE_ATTRIBUTE -> {
                String name = t.text().toUpperCase(Locale.ROOT);
                t.next();
                return value(start, name);
            }
            case USING, TYPE -> {
                t.next();
                return value(start, "USING");
            }
            case WITH -> {
                if (t.word(1) != PARSER) return null;
                t.next();
                t.next();
                return value(start, "WITH PARSER");
            }
            case VISIBLE, INVISIBLE, IGNORED -> {
                return word(start, t.text().toUpperCase(Locale.ROOT), 1);
            }
            case NOT -> {
                return t.word(1) == IGNORED ? word(start, "NOT IGNORED", 2) : null;
            }
            case null, default -> {
                return engineDefined(start);
            }
        }
    }

    /** An option of a partition, if one is here. */
    @Nullable
    TableOption partitionOption() {
        int start = t.start();
        if (t.at(STORAGE) && t.word(1) == ENGINE) t.next();
        return switch (t.word()) {
            case ENGINE, COMMENT, MAX_ROWS, MIN_ROWS, TABLESPACE, NODEGROUP, LOCALITY, DATA, INDEX, CONNECTION -> {
                TableOption option = tableOption();
                yield option == null || start == option.start()
                        ? option
                        : new TableOption(t.since(start), option.name(), option.value(), option.valueSpan());
            }
            case null, default -> engineDefined(start);
        };
    }

    /** An option of a database, if one is here: DRDS's own are {@code name = value}. */
    @Nullable
    TableOption databaseOption() {
        int start = t.start();
        switch (t.word()) {
            case DEFAULT -> {
                t.next();
                if (t.at(ENCRYPTION)) {
                    t.next();
                    return value(start, "ENCRYPTION");
                }
                return characters(start);
            }
            case CHARACTER, CHARSET, COLLATE, CHAR -> {
                return characters(start);
            }
            case READ -> {
                t.next();
                t.expect(ONLY);
                return value(start, "READ ONLY");
            }
            case null, default -> {}
        }
        if (!t.atIdentifier()) return null;
        String name = t.identifier().text().toUpperCase(Locale.ROOT);
        if (t.atEnd() || t.at(Token.COMMA)) {
            return new TableOption(t.since(start), name, "", new Span(t.lastEnd(), t.lastEnd()));
        }
        return value(start, name);
    }
}
