package drds.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServerConfigTest {
    private static final String ONE = "groups: [{name: g0, primary: {host: 127.0.0.1, port: 3307}}]\n";

    @Test
    void defaults() {
        ServerConfig config = parse(ONE);
        assertThat(config).isEqualTo(ServerConfig.of("127.0.0.1", 3306, Path.of("/etc/data"), config.groups()));
        assertThat(config.defaultGroup()).isEqualTo("g0");
        assertThat(config.shardsPerGroup()).isEqualTo(4);
        assertThat(config.groups().getFirst().primary()).hasToString("root@127.0.0.1:3307");
    }

    @Test
    void everythingCanBeSaid() {
        ServerConfig config = parse("""
                host: 0.0.0.0
                port: 4000
                data-dir: /var/lib/drds
                log-level: debug
                shards-per-group: 8
                default-group: b
                groups:
                  - name: a
                    primary: {host: h1, user: u, password: p}
                    replicas:
                      - {host: h2, port: 3310, user: u, password: p, read-weight: 5}
                  - name: b
                    primary: {host: h3}
                tls: {certificate: c.pem, key: k.pem}
                catalog: {zookeeper: "z1:2181/drds"}
                limits: {connections: 10, max-packet: 16MiB, gather-memory: 1GiB}
                pool: {connections: 5, idle-time: 90s}
                timeouts: {connect: 500ms, idle: 1h}
                """);
        assertThat(config.defaultGroup()).isEqualTo("b");
        assertThat(config.groups().getFirst().replicas().getFirst().readWeight())
                .isEqualTo(5);
        assertThat(config.tls().certificate()).contains(Path.of("/etc/c.pem"));
        assertThat(config.limits().maxPacketBytes()).isEqualTo(16 << 20);
        assertThat(config.limits().gatherMemoryBytes()).isEqualTo(1 << 30);
        assertThat(config.pool().idleTime()).isEqualTo(Duration.ofSeconds(90));
        assertThat(config.timeouts().connect()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.zookeeper()).contains("z1:2181/drds");
    }

    @Test
    void anUnknownKeyHasAHint() {
        assertError(ONE + "prot: 3306", "drds.yaml: unknown key 'prot' (did you mean 'port'?)");
        assertError(
                ONE + "limits: {conections: 5}",
                "drds.yaml: unknown key 'limits.conections' (did you mean 'connections'?)");
        assertError(
                ONE + "limits: {max_packet: 5}",
                "drds.yaml: unknown key 'limits.max_packet' (did you mean 'max-packet'?)");
    }

    @Test
    void badValuesAreOneLine() {
        assertError("", "drds.yaml: groups is missing: at least one Group with its primary instance is needed");
        assertError(ONE + "port: x", "drds.yaml: port must be a number, not 'x'");
        assertError(ONE + "port: 70000", "drds.yaml: port must lie between 0 and 65535, not 70000");
        assertError(
                ONE + "timeouts: {idle: 5}",
                "drds.yaml: timeouts.idle must be a duration such as 500ms, 10s or 5m, not '5'");
        assertError(
                ONE + "limits: {max-packet: big}",
                "drds.yaml: limits.max-packet must be a size such as 64KiB, 16MiB or 1GiB, not 'big'");
        assertError(ONE + "tls: {key: k}", "drds.yaml: tls.certificate is missing: both or neither");
        assertError(ONE + "default-group: x", "drds.yaml: default-group names no Group: x");
        assertError("groups: [{name: a, primary: {}}]", "drds.yaml: groups[1].primary.host is missing");
        assertError(
                "groups: [{name: a, primary: {host: h}}, {name: b, primary: {host: h}}]",
                "drds.yaml: groups[2].primary.port names an instance that stands in the file already: h:3306");
        assertThatThrownBy(() -> parse("a: [b"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("drds.yaml: line ")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> ServerConfig.read(Path.of("/nowhere/drds.yaml")))
                .hasMessage("/nowhere/drds.yaml: no such file");
    }

    private static ServerConfig parse(String yaml) {
        return ServerConfig.parse(yaml, "drds.yaml", Path.of("/etc"));
    }

    private static void assertError(String yaml, String message) {
        assertThatThrownBy(() -> parse(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }
}
