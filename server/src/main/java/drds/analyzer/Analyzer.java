package drds.analyzer;

import drds.catalog.Catalog;
import drds.parser.DataChange;
import drds.parser.Delete;
import drds.parser.Expression;
import drds.parser.Expression.ColumnReference;
import drds.parser.Identifier;
import drds.parser.Insert;
import drds.parser.Node;
import drds.parser.OrderBy;
import drds.parser.ParsedStatement;
import drds.parser.Query;
import drds.parser.Select;
import drds.parser.TableReference;
import drds.parser.Update;
import drds.parser.With;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds out what the names and conditions of one statement mean; used once. */
public final class Analyzer {
    private final ParsedStatement parsed;
    private final TableNames names;
    private final List<TableUse> tables = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private final Map<Select, Block> blockOf = new IdentityHashMap<>();
    private final Map<ColumnReference, Resolution> resolutions = new IdentityHashMap<>();
    private final Map<Query, QuerySource> derived = new IdentityHashMap<>();
    private final List<CommonTableDefinition> commonTables = new ArrayList<>();
    private @Nullable TableUse target;

    private Analyzer(ParsedStatement parsed, Catalog catalog, @Nullable String currentDatabase) {
        this.parsed = parsed;
        this.names = new TableNames(catalog, currentDatabase);
    }

    /**
     * @param currentDatabase the logical database of names without one; null if there is none
     * @throws drds.error.SqlError if a table is named whose database can't be told or is hidden
     */
    public static Analysis analyze(ParsedStatement parsed, Catalog catalog, @Nullable String currentDatabase) {
        Analyzer analyzer = new Analyzer(parsed, catalog, currentDatabase);
        analyzer.statement();
        return new Analysis(
                parsed,
                List.copyOf(analyzer.tables),
                List.copyOf(analyzer.blocks),
                analyzer.blockOf,
                analyzer.resolutions,
                analyzer.derived,
                analyzer.commonTables,
                analyzer.target,
                Traits.of(parsed.statement()));
    }

    private void statement() {
        switch (parsed.statement()) {
            case Query query -> query(query, CommonTables.NONE, null, Block.Role.TOP);
            case Update update -> update(update);
            case Delete delete -> delete(delete);
            case Insert insert -> insert(insert);
            case DataChange other -> expressions(other, bare(other, null), CommonTables.NONE);
            default -> {}
        }
    }

    // ---- queries ----

    /** Analyzes a query; its columns' names in lower case, or null if they aren't known. */
    private @Nullable List<String> query(Query query, CommonTables outer, @Nullable Block parent, Block.Role role) {
        CommonTables scope = with(query.with(), outer, parent);
        return switch (query) {
            case Select select -> select(select, scope, parent, role);
            case Query.SetOperation operation -> {
                List<String> left = query(operation.left(), scope, parent, Block.Role.OPERAND);
                query(operation.right(), scope, parent, Block.Role.OPERAND);
                tail(operation, scope, parent);
                yield left;
            }
            case Query.ParenthesizedQuery inner -> {
                boolean plain = inner.with() == null && inner.orderBy() == null && inner.limit() == null;
                List<String> columns = query(inner.query(), scope, parent, plain ? role : Block.Role.OPERAND);
                tail(inner, scope, parent);
                yield columns;
            }
            case Query.ValuesQuery values -> {
                Block rows = bare(values, parent);
                values.rows().forEach(row -> expressions(row, rows, scope));
                tail(values, scope, parent);
                yield null;
            }
            case Query.TableQuery table -> {
                TableUse use = names.use(table.table(), null, null);
                tables.add(use);
                tail(table, scope, parent);
                yield use.starColumns();
            }
        };
    }

    /** ORDER BY and LIMIT of a query that is no SELECT: they name only its output. */
    private void tail(Query query, CommonTables scope, @Nullable Block parent) {
        Block block = bare(query, parent);
        if (query.orderBy() != null) expressions(query.orderBy(), block, scope);
        if (query.limit() != null) expressions(query.limit(), block, scope);
    }

    /** A block without sources, for expressions outside of any FROM. */
    private Block bare(Node node, @Nullable Block parent) {
        return new Block(node, Block.Role.OPERAND, parent, null, null);
    }

    private CommonTables with(@Nullable With with, CommonTables outer, @Nullable Block parent) {
        CommonTables scope = outer;
        if (with != null) {
            for (With.CommonTable table : with.tables()) {
                CommonTableDefinition definition = new CommonTableDefinition(table);
                commonTables.add(definition);
                CommonTables inner = with.recursive() ? scope.and(definition) : scope;
                List<String> columns = query(table.query(), inner, parent, Block.Role.DERIVED);
                definition.close(renamed(columns, table.columns()));
                scope = scope.and(definition);
            }
        }
        return scope;
    }

    private static @Nullable List<String> renamed(@Nullable List<String> columns, List<Identifier> names) {
        return names.isEmpty()
                ? columns
                : names.stream().map(n -> TableNames.lower(n.text())).toList();
    }

    private @Nullable List<String> select(Select select, CommonTables scope, @Nullable Block parent, Block.Role role) {
        TableReference from = select.from() == null ? null : select.from().tables();
        Block block = new Block(select, role, parent, from, select.where());
        blocks.add(block);
        blockOf.put(select, block);
        from(block, scope);
        for (Select.Item item : select.items()) {
            expressions(item, block, scope);
        }
        if (select.where() != null) expressions(select.where(), block, scope);
        if (select.groupBy() != null) clause(select.groupBy(), block, scope, Scope.Clause.GROUP_BY);
        if (select.having() != null) clause(select.having(), block, scope, Scope.Clause.HAVING);
        if (select.windows() != null) expressions(select.windows(), block, scope);
        OrderBy orderBy = select.orderBy();
        if (orderBy != null) clause(orderBy, block, scope, Scope.Clause.ORDER_BY);
        if (select.limit() != null) expressions(select.limit(), block, scope);
        return Outputs.names(select, block, parsed.source());
    }

    // ---- FROM ----

    private void from(Block block, CommonTables scope) {
        TableReference from = block.from();
        if (from == null) {
            return;
        }
        leaves(from, block, scope);
        FromConditions conditions = new FromConditions(block);
        conditions.joins(from, (on, visible) -> {
            Scope inJoin = new Scope(block, visible, Scope.Clause.ON);
            visit(on, inJoin, block, scope);
        });
        if (block.where() != null) {
            conditions.where(block.where());
        }
    }

    private void leaves(TableReference reference, Block block, CommonTables scope) {
        switch (reference) {
            case TableReference.TableName name -> block.add(name, named(name, block, scope));
            case TableReference.Join join -> {
                leaves(join.left(), block, scope);
                leaves(join.right(), block, scope);
                if (!join.using().isEmpty() || FromConditions.isNatural(join.kind())) {
                    block.mergeColumns();
                }
            }
            case TableReference.DerivedTable table -> {
                Block parent = table.lateral() ? block : block.parent();
                List<String> columns = query(table.query(), scope, parent, Block.Role.DERIVED);
                QuerySource source = new QuerySource(
                        table.alias() == null ? null : table.alias().text(),
                        table.query(),
                        null,
                        table.lateral(),
                        renamed(columns, table.columns()),
                        block);
                derived.put(table.query(), source);
                block.add(table, source);
            }
            case TableReference.JsonTable table -> {
                expressions(table, block, scope);
                block.add(table, new OpaqueSource(table.alias().text()));
            }
            case TableReference.ParenthesizedTables inner -> leaves(inner.tables(), block, scope);
            case TableReference.Dual dual -> {}
        }
    }

    private Source named(TableReference.TableName name, Block block, CommonTables scope) {
        if (name.name().schema() == null) {
            CommonTableDefinition definition = scope.find(name.name().name().text());
            if (definition != null) {
                QuerySource source = new QuerySource(
                        name.correlationName().text(),
                        definition.node().query(),
                        definition,
                        false,
                        definition.columns(),
                        block);
                definition.use(source);
                return source;
            }
        }
        TableUse use = names.use(name.name(), name, block);
        tables.add(use);
        return use;
    }

    // ---- changes ----

    private void update(Update update) {
        CommonTables scope = with(update.with(), CommonTables.NONE, null);
        Block block = new Block(update, Block.Role.TOP, null, update.tables(), update.where());
        blocks.add(block);
        from(block, scope);
        for (DataChange.ColumnValue value : update.values()) {
            expressions(value, block, scope);
        }
        changeTail(update.where(), update.orderBy(), update.limit(), block, scope);
    }

    private void delete(Delete delete) {
        CommonTables scope = with(delete.with(), CommonTables.NONE, null);
        Block block = new Block(delete, Block.Role.TOP, null, delete.tables(), delete.where());
        blocks.add(block);
        from(block, scope);
        changeTail(delete.where(), delete.orderBy(), delete.limit(), block, scope);
        if (delete.returning() != null) expressions(delete.returning(), block, scope);
    }

    private void changeTail(
            @Nullable Node where, @Nullable Node orderBy, @Nullable Node limit, Block block, CommonTables scope) {
        if (where != null) expressions(where, block, scope);
        if (orderBy != null) expressions(orderBy, block, scope);
        if (limit != null) expressions(limit, block, scope);
    }

    private void insert(Insert insert) {
        TableUse use = names.use(insert.table(), null, null);
        target = use;
        tables.add(use);
        Block block = new Block(insert, Block.Role.TOP, null, null, null);
        block.sources().add(use);
        switch (insert.source()) {
            case Insert.FromQuery(var span, Query query) -> query(query, CommonTables.NONE, null, Block.Role.TOP);
            case Insert.Rows rows -> expressions(rows, block, CommonTables.NONE);
            case Insert.Assignments values -> expressions(values, block, CommonTables.NONE);
        }
        if (insert.onDuplicateKey() != null) expressions(insert.onDuplicateKey(), block, CommonTables.NONE);
        if (insert.returning() != null) expressions(insert.returning(), block, CommonTables.NONE);
    }

    // ---- expressions ----

    private void expressions(Node node, Block block, CommonTables scope) {
        visit(node, new Scope(block, block.sources(), Scope.Clause.OTHER), block, scope);
    }

    private void clause(Node node, Block block, CommonTables scope, Scope.Clause clause) {
        visit(node, new Scope(block, block.sources(), clause), block, scope);
    }

    private void visit(Node top, Scope names, Block block, CommonTables scope) {
        List<Node> open = new ArrayList<>();
        open.add(top);
        while (!open.isEmpty()) {
            Node node = open.removeLast();
            switch (node) {
                case ColumnReference reference -> resolutions.put(reference, names.resolve(reference));
                case Expression.Subquery subquery -> {
                    block.subqueries().add(subquery);
                    query(subquery.query(), scope, block, Block.Role.SUBQUERY);
                }
                case Query query -> query(query, scope, block, Block.Role.SUBQUERY);
                default -> {
                    int first = open.size();
                    node.forEachChild(open::add);
                    Collections.reverse(open.subList(first, open.size()));
                }
            }
        }
    }
}
