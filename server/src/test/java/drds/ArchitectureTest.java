package drds;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The house's rules: packages call downward only, nothing static changes, the planner does no I/O. */
class ArchitectureTest {
    /** From top to bottom. A package may use those that stand below it, never one above or beside it on its own line. */
    private static final List<List<String>> LAYERS = List.of(
            List.of("frontend", "console"),
            List.of("session"),
            List.of("program"),
            List.of("ddl", "replication"),
            List.of("executor"),
            List.of("eventual"),
            List.of("transaction"),
            List.of("planner"),
            List.of("analyzer"),
            List.of("matrix"),
            List.of("group"),
            List.of("atom"),
            List.of("binlog"),
            List.of("config"),
            List.of("catalog"),
            List.of("rule"),
            List.of("parser"),
            List.of("mysql"),
            List.of("wire"),
            List.of("error"));

    /** What each package must not know although it stands higher. */
    private static final Map<String, List<String>> STRANGERS = Map.of(
            "planner", List.of("matrix", "group", "atom", "wire", "mysql", "config"),
            "analyzer", List.of("matrix", "group", "atom", "wire", "mysql", "config"),
            "rule", List.of("mysql", "wire"),
            "parser", List.of("mysql", "wire"),
            "program", List.of("ddl", "executor", "transaction", "planner", "matrix", "group", "atom", "config"),
            "executor", List.of("frontend", "config"));

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(location -> !location.contains("/test-classes/"))
                .importPackages("drds");
    }

    @Test
    void everyPackageHasItsPlace() {
        TreeSet<String> unknown = new TreeSet<>();
        for (JavaClass type : classes) {
            String place = place(type);
            if (!place.isEmpty() && level(place) < 0) {
                unknown.add(place);
            }
        }
        assertThat(unknown).as("packages without a layer").isEmpty();
    }

    @Test
    void packagesCallDownwardOnly() {
        TreeSet<String> wrong = new TreeSet<>();
        for (JavaClass type : classes) {
            String from = place(type);
            if (from.isEmpty()) {
                continue;
            }
            type.getDirectDependenciesFromSelf().forEach(dependency -> {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (!target.getPackageName().startsWith("drds")) {
                    return;
                }
                String to = place(target);
                boolean up = to.isEmpty() || (!to.equals(from) && level(to) >= level(from));
                if (up || STRANGERS.getOrDefault(from, List.of()).contains(to)) {
                    wrong.add(from + " -> " + to + ": " + type.getSimpleName() + " uses " + target.getSimpleName());
                }
            });
        }
        assertThat(wrong).as("calls that go up or to a stranger").isEmpty();
    }

    @Test
    void nothingStaticChanges() {
        List<String> wrong = new ArrayList<>();
        for (JavaClass type : classes) {
            for (JavaField field : type.getFields()) {
                if (field.getModifiers().contains(JavaModifier.STATIC)
                        && !field.getModifiers().contains(JavaModifier.FINAL)
                        && !field.getModifiers().contains(JavaModifier.SYNTHETIC)) {
                    wrong.add(field.getFullName());
                }
            }
        }
        assertThat(wrong).as("static fields that are not final").isEmpty();
    }

    @Test
    void thePlannerDoesNoInputOrOutput() {
        TreeSet<String> wrong = new TreeSet<>();
        for (JavaClass type : classes) {
            if (!place(type).equals("planner") && !place(type).equals("analyzer")) {
                continue;
            }
            type.getDirectDependenciesFromSelf().forEach(dependency -> {
                String name = dependency.getTargetClass().getName();
                if (name.startsWith("java.net.")
                        || name.startsWith("java.nio.file.")
                        || name.startsWith("java.nio.channels.")
                        || name.startsWith("io.netty.")
                        || name.startsWith("java.sql.")
                        || (name.startsWith("java.io.") && !name.equals("java.io.Serializable"))) {
                    wrong.add(type.getSimpleName() + " uses " + name);
                }
            });
        }
        assertThat(wrong).as("I/O in the planner").isEmpty();
    }

    private static String place(JavaClass type) {
        String name = type.getPackageName();
        if (!name.startsWith("drds.")) {
            return "";
        }
        String rest = name.substring("drds.".length());
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }

    private static int level(String place) {
        for (int i = 0; i < LAYERS.size(); i++) {
            if (LAYERS.get(i).contains(place)) {
                return LAYERS.size() - i;
            }
        }
        return -1;
    }
}
