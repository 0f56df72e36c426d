package drds.parser;

import static drds.parser.Word.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Data types of columns and casts. */
final class TypeParser {
    private final Tokens t;
    private final Grammar grammar;

    TypeParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    /** The type of a CAST; INTERVAL DAY_SECOND(n) among them. */
    DataType castType() {
        return type(true);
    }

    DataType columnType() {
        return type(false);
    }

    private DataType type(boolean cast) {
        int start = t.start();
        String name = name();
        List<String> parameters = parameters();
        if (t.at(VARYING)) {
            t.next();
            name += " VARYING";
            parameters = parameters();
        }
        boolean unsigned = name.startsWith("UNSIGNED");
        boolean zerofill = false;
        boolean array = false;
        Identifier charset = null;
        Identifier collation = null;
        while (true) {
            if (t.accept(UNSIGNED)) unsigned = true;
            else if (t.accept(ZEROFILL)) {
                zerofill = true;
                unsigned = true;
            } else if (t.accept(CHARSET) || t.accept(CHARACTER, SET) || t.accept(CHAR, SET)) {
                charset = grammar.expressions.collationName();
            } else if (t.at(ASCII) || t.at(UNICODE) || t.at(BYTE)) charset = t.identifier();
            else if (cast && t.accept(ARRAY)) array = true;
            else if (t.accept(COLLATE)) collation = grammar.expressions.collationName();
            else if (!t.accept(SIGNED) && !t.accept(BINARY)) break;
        }
        return new DataType(t.since(start), name, parameters, unsigned, zerofill, charset, collation, array);
    }

    private String name() {
        if (!t.at(Token.WORD) || t.at(NOT)) throw t.error();
        Word word = t.word();
        String name = t.text().toUpperCase(Locale.ROOT);
        if (word != null && word.reserved && !isType(word)) throw t.error();
        t.next();
        if (word == null)
            return t.accept(Token.DOT) ? name + "." + t.anyIdentifier().text() : name;
        switch (word) {
            case DOUBLE -> {
                return t.accept(PRECISION) ? "DOUBLE PRECISION" : name;
            }
            case SIGNED, UNSIGNED -> {
                if (t.at(INT) || t.at(INTEGER)) return name + " " + next();
            }
            case NATIONAL -> {
                return name + " " + next();
            }
            case LONG -> {
                if (t.at(VARCHAR) || t.at(VARBINARY) || t.at(VARCHARACTER)) return name + " " + next();
                if ((t.at(CHAR) || t.at(CHARACTER)) && t.word(1) != SET) return word(name + " " + next());
            }
            case NCHAR -> {
                if (t.at(VARCHAR) || t.at(VARCHARACTER)) return name + " " + next();
            }
            case INTERVAL -> {
                return name + " " + next();
            }
            case ROW -> {
                return t.accept(TYPE) ? "ROW TYPE" : name;
            }
            default -> {}
        }
        return name;
    }

    private String word(String name) {
        return t.at(VARYING) ? name + " " + next() : name;
    }

    private String next() {
        String text = t.text().toUpperCase(Locale.ROOT);
        if (!t.at(Token.WORD)) throw t.error();
        t.next();
        return text;
    }

    private static boolean isType(Word word) {
        return switch (word) {
            case BIGINT,
                    BINARY,
                    BLOB,
                    CHAR,
                    CHARACTER,
                    DEC,
                    DECIMAL,
                    DOUBLE,
                    FLOAT,
                    FLOAT4,
                    FLOAT8,
                    INT,
                    INT1,
                    INT2,
                    INT3,
                    INT4,
                    INT8,
                    INTEGER,
                    INTERVAL,
                    LONG,
                    LONGBLOB,
                    LONGTEXT,
                    MEDIUMBLOB,
                    MEDIUMINT,
                    MEDIUMTEXT,
                    MIDDLEINT,
                    NUMERIC,
                    PRECISION,
                    REAL,
                    SMALLINT,
                    TINYBLOB,
                    TINYINT,
                    TINYTEXT,
                    UNSIGNED,
                    VARBINARY,
                    VARCHAR,
                    VARCHARACTER,
                    SET -> true;
            default -> false;
        };
    }

    private List<String> parameters() {
        if (!t.accept(Token.OPEN)) return List.of();
        List<String> list = new ArrayList<>(2);
        do {
            if (t.at(Token.STRING)) list.add(grammar.primaries.stringLiteral().value());
            else if (t.at(Token.HEX) || t.at(Token.BIT) || t.at(Token.INTEGER) || t.at(Token.DECIMAL)) {
                list.add(t.text());
                t.next();
            } else if (t.at(Token.NATIONAL) || t.at(Token.WORD)) {
                list.add(t.text());
                grammar.expressions.bits(8);
            } else throw t.error();
        } while (t.accept(Token.COMMA));
        t.expect(Token.CLOSE);
        return list;
    }
}
