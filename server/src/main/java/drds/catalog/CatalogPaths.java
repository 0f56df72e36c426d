package drds.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drds.catalog.Database.Program;
import drds.catalog.Database.View;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a catalog lies in ZooKeeper's tree: below a root, {@code databases/D}, {@code tables/D/T}, {@code views/D/V},
 * {@code programs/D/P} and {@code accounts/A}, one node each, so that none comes near ZooKeeper's limit of 1 MB; the root itself holds
 * the version, the Groups and the rules of throttling.
 */
final class CatalogPaths {
    static final String ROOT = "/catalog";
    private static final JsonMapper MAPPER = new JsonMapper();

    private CatalogPaths() {}

    /**
     * What lies in a node.
     *
     * @param part the part of the catalog that it holds: the same object in two catalogs is the same content
     */
    record Node(Object part, Supplier<@Nullable ObjectNode> json) {
        static final Node BRANCH = new Node("", () -> null);

        byte[] content() {
            ObjectNode node = json.get();
            return node == null ? new byte[0] : CatalogJson.bytes(node);
        }
    }

    /** Every node but the root, parents before children. */
    static Map<String, Node> nodes(Catalog catalog) {
        Map<String, Node> nodes = new LinkedHashMap<>();
        for (String branch : new String[] {"databases", "tables", "views", "programs", "accounts"}) {
            nodes.put(ROOT + "/" + branch, Node.BRANCH);
        }
        for (Database database : catalog.databases().values()) {
            String name = encode(database.name());
            nodes.put(ROOT + "/databases/" + name, new Node(database, () -> CatalogJson.database(database)));
            nodes.put(ROOT + "/tables/" + name, Node.BRANCH);
            nodes.put(ROOT + "/views/" + name, Node.BRANCH);
            for (Table table : database.tables().values()) {
                nodes.put(
                        ROOT + "/tables/" + name + "/" + encode(table.name()),
                        new Node(table, () -> CatalogJson.table(table)));
            }
            nodes.put(ROOT + "/programs/" + name, Node.BRANCH);
            for (Program program : database.programs().values()) {
                nodes.put(
                        ROOT + "/programs/" + name + "/" + encode(Program.key(program.kind(), program.name())),
                        new Node(program, () -> CatalogJson.program(program)));
            }
            for (View view : database.views().values()) {
                nodes.put(
                        ROOT + "/views/" + name + "/" + encode(view.name()),
                        new Node(view, () -> CatalogJson.view(view)));
            }
        }
        for (Account account : catalog.accounts().values()) {
            String name =
                    encode(account.name().user()) + "@" + encode(account.name().host());
            nodes.put(ROOT + "/accounts/" + name, new Node(account, () -> CatalogJson.account(account)));
        }
        return nodes;
    }

    /** The branches that a catalog of an earlier version lacks. @param databases the names of their nodes */
    static List<String> newBranches(List<String> databases) {
        List<String> branches = new ArrayList<>(List.of(ROOT + "/programs"));
        databases.forEach(database -> branches.add(ROOT + "/programs/" + database));
        return branches;
    }

    static byte[] root(Catalog catalog) {
        ObjectNode node =
                MAPPER.createObjectNode().put("version", catalog.version()).put("defaultGroup", catalog.defaultGroup());
        ArrayNode groups = node.putArray("groups");
        catalog.groups().values().forEach(group -> groups.add(CatalogJson.group(group)));
        ArrayNode rules = node.putArray("cclRules");
        catalog.cclRules().values().forEach(rule -> rules.add(CatalogJson.cclRule(rule)));
        return CatalogJson.bytes(node);
    }

    /** @param children gives a path's children as path to content */
    static Catalog read(byte[] root, Function<String, Map<String, byte[]>> children) {
        JsonNode node = CatalogJson.tree(root);
        Map<String, GroupDefinition> groups = new LinkedHashMap<>();
        node.path("groups").forEach(group -> groups.put(group.path("name").asText(), CatalogJson.group(group)));
        Map<String, Database> databases = new TreeMap<>();
        children.apply(ROOT + "/databases").forEach((path, content) -> {
            String name = path.substring(path.lastIndexOf('/') + 1);
            Map<String, Table> tables = new TreeMap<>();
            children.apply(ROOT + "/tables/" + name).forEach((where, json) -> {
                Table table = CatalogJson.table(CatalogJson.tree(json));
                tables.put(table.name(), table);
            });
            Map<String, View> views = new TreeMap<>();
            children.apply(ROOT + "/views/" + name).forEach((where, json) -> {
                View view = CatalogJson.view(CatalogJson.tree(json));
                views.put(view.name(), view);
            });
            Map<String, Program> programs = new TreeMap<>();
            children.apply(ROOT + "/programs/" + name).forEach((where, json) -> {
                Program program = CatalogJson.program(CatalogJson.tree(json));
                programs.put(Program.key(program.kind(), program.name()), program);
            });
            databases.put(decode(name), CatalogJson.database(CatalogJson.tree(content), tables, views, programs));
        });
        Map<AccountName, Account> accounts = new LinkedHashMap<>();
        children.apply(ROOT + "/accounts").forEach((path, json) -> {
            Account account = CatalogJson.account(CatalogJson.tree(json));
            accounts.put(account.name(), account);
        });
        Map<String, CclRule> rules = new LinkedHashMap<>();
        node.path("cclRules").forEach(one -> {
            CclRule rule = CatalogJson.cclRule(one);
            rules.put(rule.name(), rule);
        });
        return new Catalog(
                node.path("version").asLong(),
                groups,
                node.path("defaultGroup").asText(),
                databases,
                accounts,
                Collections.unmodifiableMap(rules));
    }

    private static String encode(String name) {
        return "n" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    private static String decode(String name) {
        return URLDecoder.decode(name.substring(1), StandardCharsets.UTF_8);
    }
}
