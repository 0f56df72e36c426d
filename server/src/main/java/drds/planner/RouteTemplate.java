package drds.planner;

import drds.catalog.Table;
import drds.rule.KeyConstraint;
import drds.rule.KeyConversion;
import drds.rule.KeyLiteral;
import drds.rule.KeyType;
import drds.rule.KeyValue;
import drds.rule.Rule;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The plan of all statements of one shape that go to one place by one equality on a shard key: with the value at hand, neither
 * parsing nor planning is needed.
 *
 * <p>It is only made where no other literal has a part in the plan, so that it holds for any values in the other places. It
 * holds as long as the catalog's version, the current database and the session's modes are those that it was made with.
 *
 * @param parts the physical text
 * @param tables the sharded tables, each in a partition of its own by the one value
 * @param keyType the type of the column that the value is compared with
 * @param key which literal is the value, by its place in the list that the template was made with; -1 for a parameter
 * @param parameter which parameter is the value; -1 for a literal
 * @param negated whether a minus sign stands before the literal
 * @param group where everything must lie, or null where any Group will do
 */
public record RouteTemplate(
        List<Part> parts,
        List<TableSlot> tables,
        KeyType keyType,
        int key,
        int parameter,
        boolean negated,
        boolean write,
        @Nullable String group,
        String currentDatabase) {

    /** A piece of the physical text. */
    public sealed interface Part {
        record Text(String text) implements Part {}

        /** The literal with that index, as it is written in the statement. */
        record Literal(int index) implements Part {}

        /** The physical table of that slot, as {@code `schema`.`table`}. */
        record TableName(int slot) implements Part {}
    }

    /** One place where a sharded table is named. */
    public record TableSlot(String database, Table table) {}

    /**
     * The plan for one value.
     *
     * @param literals the statement's literals as written, in order
     * @return empty if this value needs planning
     */
    public Optional<Plan.Route> route(KeyLiteral value, KeyConversion keys, List<String> literals) {
        KeyLiteral signed = negated ? negate(value) : value;
        if (signed == null || signed instanceof KeyLiteral.Null) {
            return Optional.empty();
        }
        return keys.compared(signed, keyType).flatMap(v -> route(v, literals));
    }

    private Optional<Plan.Route> route(KeyValue value, List<String> literals) {
        List<Table.Partition> partitions = new ArrayList<>(tables.size());
        String place = group;
        for (TableSlot slot : tables) {
            Rule rule = slot.table().rule();
            if (rule == null) {
                return Optional.empty();
            }
            BitSet set = rule.prune(Map.of(rule.columns().get(0), new KeyConstraint.OneOf(List.of(value))));
            if (set.cardinality() != 1) {
                return Optional.empty();
            }
            Table.Partition partition = slot.table().partitions().get(set.nextSetBit(0));
            if (place != null && !place.equals(partition.group())) {
                return Optional.empty();
            }
            place = partition.group();
            partitions.add(partition);
        }
        return place == null ? Optional.empty() : Optional.of(route(place, partitions, literals));
    }

    private Plan.Route route(String place, List<Table.Partition> partitions, List<String> literals) {
        StringBuilder sql = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.Text(String text) -> sql.append(text);
                case Part.Literal(int index) -> sql.append(literals.get(index));
                case Part.TableName(int slot) -> sql.append(Sql.table(partitions.get(slot)));
            }
        }
        List<Plan.Names.Renaming> renamings = new ArrayList<>();
        for (int i = 0; i < partitions.size(); i++) {
            Table.Partition partition = partitions.get(i);
            Plan.Names.Renaming renaming = new Plan.Names.Renaming(
                    partition.schema(),
                    partition.table(),
                    tables.get(i).database(),
                    tables.get(i).table().name());
            if (!renamings.contains(renaming)) {
                renamings.add(renaming);
            }
        }
        Plan.Names names = new Plan.Names(currentDatabase, renamings);
        return new Plan.Route(place, sql.toString(), write, names, "its shape is known, and its key");
    }

    private static @Nullable KeyLiteral negate(KeyLiteral value) {
        return switch (value) {
            case KeyLiteral.Int(BigInteger number) -> new KeyLiteral.Int(number.negate());
            case KeyLiteral.Decimal(BigDecimal number) -> new KeyLiteral.Decimal(number.negate());
            default -> null;
        };
    }

    /**
     * A literal's token as a key; empty for what needs the parser.
     *
     * @param token digits, or a text in single quotes
     */
    public static Optional<KeyLiteral> keyLiteral(String token) {
        int length = token.length();
        if (length > 0 && token.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.of(new KeyLiteral.Int(new BigInteger(token)));
        }
        boolean quoted = length >= 2 && token.charAt(0) == '\'' && token.charAt(length - 1) == '\'';
        String inside = quoted ? token.substring(1, length - 1) : "\\";
        boolean plain = inside.indexOf('\'') < 0 && inside.indexOf('\\') < 0;
        return plain ? Optional.of(new KeyLiteral.Text(inside)) : Optional.empty();
    }
}
