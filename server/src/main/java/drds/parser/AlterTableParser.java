package drds.parser;

import static drds.parser.Word.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** ALTER TABLE. */
final class AlterTableParser {
    private final Tokens t;
    private final Grammar grammar;

    AlterTableParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    /** Behind ALTER. */
    Statement alter(int start) {
        if (!t.accept(ONLINE)) t.accept(OFFLINE);
        boolean ignore = t.accept(IGNORE);
        t.expect(TABLE);
        boolean ifExists = t.accept(IF, EXISTS);
        QualifiedName table = t.qualifiedName();
        if (t.accept(WAIT)) t.integer();
        else t.accept(NOWAIT);
        List<AlterAction> actions = new ArrayList<>();
        DistributionParser distributions = new DistributionParser(grammar);
        while (!t.atEnd()) {
            int actionStart = t.start();
            if (t.at(PARTITION) && t.word(1) == BY) {
                PartitionBy partitionBy = new PartitionParser(grammar).partitionBy();
                actions.add(new AlterAction.Repartition(t.since(actionStart), partitionBy));
            } else if (distributions.atDistribution()) {
                Distribution distribution = distributions.distribution();
                actions.add(new AlterAction.Redistribute(t.since(actionStart), distribution));
            } else {
                actions.add(action(actionStart));
            }
            if (!t.accept(Token.COMMA) && !t.atEnd() && !mayFollowWithoutComma(actions.getLast())) throw t.error();
        }
        return new AlterTable(t.since(start), ignore, ifExists, table, actions);
    }

    private boolean mayFollowWithoutComma(AlterAction last) {
        boolean partitioning = t.at(PARTITION) && t.word(1) == BY
                || t.at(REMOVE)
                || t.at(DBPARTITION)
                || t.at(TBPARTITION)
                || t.at(BROADCAST)
                || t.at(SINGLE);
        return partitioning || last instanceof AlterAction.Option;
    }

    private AlterAction action(int start) {
        Word word = t.word();
        if (word == null) return option(start);
        return switch (word) {
            case ADD -> add(start);
            case DROP -> drop(start);
            case MODIFY -> modify(start);
            case CHANGE -> change(start);
            case ALTER -> alterPart(start);
            case RENAME -> rename(start);
            case CONVERT -> convert(start);
            case ORDER -> order(start);
            case ALGORITHM, LOCK -> new DefinitionParser(grammar).algorithmOrLock();
            case FORCE -> words(start, 1);
            case ENABLE, DISABLE -> words(start, 2);
            case DISCARD, IMPORT -> t.word(1) == PARTITION ? partitions(start) : words(start, 2);
            case VALIDATION -> words(start, 1);
            case WITH, WITHOUT -> t.word(1) == VALIDATION ? words(start, 2) : option(start);
            case TRUNCATE, COALESCE, REORGANIZE, EXCHANGE, ANALYZE, CHECK, OPTIMIZE, REBUILD, REPAIR, REMOVE ->
                t.word(1) == PARTITION || t.word(1) == PARTITIONING ? partitions(start) : throwError();
            default -> option(start);
        };
    }

    private AlterAction throwError() {
        throw t.error();
    }

    private AlterAction words(int start, int count) {
        for (int i = 0; i < count; i++) {
            if (!t.at(Token.WORD)) throw t.error();
            t.next();
        }
        Span span = t.since(start);
        return new AlterAction.Other(span, span.of(t.source).toUpperCase(Locale.ROOT));
    }

    private AlterAction option(int start) {
        TableOption option = new TableOptionParser(grammar).tableOption();
        if (option == null) throw t.error();
        return new AlterAction.Option(t.since(start), option);
    }

    // ---------------------------------------------------------------- ADD

    private AlterAction add(int start) {
        if (t.word(1) == PARTITION) return partitions(start);
        t.next();
        if (t.at(SYSTEM) && t.word(1) == VERSIONING) {
            t.next();
            t.next();
            return new AlterAction.Other(t.since(start), "ADD SYSTEM VERSIONING");
        }
        CreateTableParser tables = new CreateTableParser(grammar);
        boolean column = t.accept(COLUMN);
        boolean ifNotExists = t.accept(IF, NOT, EXISTS);
        if (t.at(Token.OPEN)) {
            t.next();
            List<TableElement> elements = new ArrayList<>();
            do elements.add(tables.element());
            while (t.accept(Token.COMMA));
            t.expect(Token.CLOSE);
            return new AlterAction.Add(t.since(start), ifNotExists, elements, null);
        }
        TableElement element = column || ifNotExists ? new ColumnParser(grammar).column() : tables.element();
        AlterAction.Position position = element instanceof ColumnDefinition ? position() : null;
        return new AlterAction.Add(t.since(start), ifNotExists, List.of(element), position);
    }

    private AlterAction.@Nullable Position position() {
        int start = t.start();
        if (t.accept(FIRST)) return new AlterAction.Position(t.since(start), null);
        if (!t.accept(AFTER)) return null;
        Identifier after = t.identifier();
        return new AlterAction.Position(t.since(start), after);
    }

    // ---------------------------------------------------------------- columns

    private AlterAction modify(int start) {
        t.next();
        t.accept(COLUMN);
        boolean ifExists = t.accept(IF, EXISTS);
        ColumnDefinition column = new ColumnParser(grammar).column();
        AlterAction.Position position = position();
        return new AlterAction.ModifyColumn(t.since(start), ifExists, column, position);
    }

    private AlterAction change(int start) {
        t.next();
        t.accept(COLUMN);
        boolean ifExists = t.accept(IF, EXISTS);
        Identifier oldName = t.identifier();
        ColumnDefinition column = new ColumnParser(grammar).column();
        AlterAction.Position position = position();
        return new AlterAction.ChangeColumn(t.since(start), ifExists, oldName, column, position);
    }

    private AlterAction alterPart(int start) {
        t.next();
        if (t.at(INDEX) || t.at(KEY) || t.at(CHECK) || t.at(CONSTRAINT)) {
            String kind = t.at(KEY) ? "INDEX" : t.text().toUpperCase(Locale.ROOT);
            t.next();
            t.accept(IF, EXISTS);
            Identifier name = t.identifier();
            int setting = t.start();
            t.accept(NOT);
            if (!t.at(Token.WORD)) throw t.error();
            t.next();
            return new AlterAction.AlterPart(
                    t.since(start), kind, name, t.since(setting).of(t.source).toUpperCase(Locale.ROOT));
        }
        t.accept(COLUMN);
        boolean ifExists = t.accept(IF, EXISTS);
        Identifier column = t.identifier();
        if (t.accept(DROP)) {
            t.expect(DEFAULT);
            return new AlterAction.ColumnDefault(t.since(start), ifExists, column, null);
        }
        t.expect(SET);
        if (t.at(VISIBLE) || t.at(INVISIBLE)) {
            String setting = t.text().toUpperCase(Locale.ROOT);
            t.next();
            return new AlterAction.AlterPart(t.since(start), "COLUMN", column, setting);
        }
        t.expect(DEFAULT);
        Expression value = grammar.expressions.withoutCollation();
        return new AlterAction.ColumnDefault(t.since(start), ifExists, column, value);
    }

    private AlterAction drop(int start) {
        if (t.word(1) == PARTITION) return partitions(start);
        t.next();
        AlterAction.Drop.What what = AlterAction.Drop.What.COLUMN;
        if (t.accept(PRIMARY)) {
            t.expect(KEY);
            return new AlterAction.Drop(t.since(start), AlterAction.Drop.What.PRIMARY_KEY, false, null);
        }
        if (t.at(SYSTEM) && t.word(1) == VERSIONING) {
            t.next();
            t.next();
            return new AlterAction.Drop(t.since(start), AlterAction.Drop.What.SYSTEM_VERSIONING, false, null);
        }
        if (t.accept(INDEX) || t.accept(KEY)) what = AlterAction.Drop.What.INDEX;
        else if (t.accept(FOREIGN)) {
            t.expect(KEY);
            what = AlterAction.Drop.What.FOREIGN_KEY;
        } else if (t.accept(CONSTRAINT) || t.accept(CHECK)) what = AlterAction.Drop.What.CONSTRAINT;
        else if (t.accept(PERIOD, FOR)) what = AlterAction.Drop.What.PERIOD;
        else t.accept(COLUMN);
        boolean ifExists = t.accept(IF, EXISTS);
        Identifier name = t.at(PRIMARY) ? t.anyIdentifier() : t.identifier();
        if (!t.accept(RESTRICT)) t.accept(CASCADE);
        return new AlterAction.Drop(t.since(start), what, ifExists, name);
    }

    private AlterAction rename(int start) {
        t.next();
        boolean index = t.at(INDEX) || t.at(KEY);
        if (index || t.at(COLUMN)) {
            t.next();
            boolean ifExists = t.accept(IF, EXISTS);
            Identifier from = t.identifier();
            t.expect(TO);
            Identifier to = t.identifier();
            return new AlterAction.RenamePart(t.since(start), index, ifExists, from, to);
        }
        if (!t.accept(TO) && !t.accept(AS)) t.accept(Token.EQUAL);
        QualifiedName to = t.qualifiedName();
        return new AlterAction.RenameTo(t.since(start), to);
    }

    private AlterAction convert(int start) {
        if (t.word(1) == PARTITION || t.word(1) == TABLE) return convertPartition(start);
        t.next();
        t.expect(TO);
        if (t.accept(CHARACTER) || t.accept(CHAR)) t.expect(SET);
        else t.expect(CHARSET);
        String charset = t.accept(DEFAULT)
                ? "DEFAULT"
                : grammar.expressions.collationName().text();
        Identifier collation = t.accept(COLLATE) ? grammar.expressions.collationName() : null;
        return new AlterAction.ConvertCharset(t.since(start), charset, collation);
    }

    /** {@code CONVERT PARTITION p TO TABLE t}, {@code CONVERT TABLE t TO PARTITION p ...}. */
    private AlterAction convertPartition(int start) {
        t.next();
        if (t.accept(PARTITION)) {
            Identifier partition = t.identifier();
            t.expect(TO);
            t.expect(TABLE);
            t.qualifiedName();
            return new AlterAction.Partitions(t.since(start), "CONVERT", List.of(partition), List.of());
        }
        t.next();
        t.qualifiedName();
        t.expect(TO);
        PartitionBy.Definition partition = new PartitionParser(grammar).definition();
        if (t.accept(WITH) || t.accept(WITHOUT)) t.expect(VALIDATION);
        return new AlterAction.Partitions(t.since(start), "CONVERT", List.of(partition.name()), List.of(partition));
    }

    /** ORDER BY takes the commas that follow, up to what is no column. */
    private AlterAction order(int start) {
        t.next();
        t.expect(BY);
        List<OrderBy.Item> items = new ArrayList<>();
        do {
            int item = t.start();
            Expression expression = grammar.primaries.column();
            OrderBy.Direction direction = grammar.queries.direction();
            items.add(new OrderBy.Item(t.since(item), expression, direction));
        } while (t.accept(Token.COMMA));
        OrderBy orderBy = new OrderBy(t.since(start), items);
        return new AlterAction.Order(t.since(start), orderBy);
    }

    // ---------------------------------------------------------------- partitions

    private AlterAction partitions(int start) {
        String verb = t.text().toUpperCase(Locale.ROOT);
        t.next();
        if (t.accept(PARTITIONING)) return new AlterAction.Partitions(t.since(start), verb, List.of(), List.of());
        t.expect(PARTITION);
        if (!t.accept(NO_WRITE_TO_BINLOG)) t.accept(LOCAL);
        if (!t.accept(IF, EXISTS)) t.accept(IF, NOT, EXISTS);
        List<Identifier> names = new ArrayList<>();
        List<PartitionBy.Definition> definitions = List.of();
        if (t.accept(PARTITIONS)) t.integer();
        else if (t.at(Token.INTEGER)) t.next();
        else if (t.at(Token.OPEN)) definitions = new PartitionParser(grammar).definitions();
        else if (t.atIdentifier()) {
            do names.add(t.identifier());
            while (t.accept(Token.COMMA));
        } else t.accept(ALL);
        switch (verb) {
            case "REORGANIZE" -> {
                if (t.accept(INTO)) definitions = new PartitionParser(grammar).definitions();
            }
            case "EXCHANGE" -> {
                t.expect(WITH);
                t.expect(TABLE);
                t.qualifiedName();
                if (t.accept(WITH) || t.accept(WITHOUT)) t.expect(VALIDATION);
            }
            default -> {
                while (t.at(Token.WORD) && !t.atEnd()) t.next();
            }
        }
        return new AlterAction.Partitions(t.since(start), verb, names, definitions);
    }
}
