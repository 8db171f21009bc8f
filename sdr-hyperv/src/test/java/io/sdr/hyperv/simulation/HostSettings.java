package io.sdr.hyperv.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a host is and how it is set up. By default nothing of it stops anything. */
public final class HostSettings {
    /** A certificate with a private key. */
    public record Certificate(
            String thumbprint,
            String subject,
            List<String> names,
            List<String> usages,
            java.time.Instant notBefore,
            java.time.Instant notAfter) {}

    /** A volume. */
    public record Volume(String path, String label, String fileSystem, long capacityBytes, long freeBytes) {}

    /** A rule of the firewall. */
    public record Rule(String rule, boolean enabled, boolean allows) {}

    private static final long TERABYTE = 1_000_000_000_000L;

    public String domain = "example.net";
    public boolean domainJoined = true;
    public String os = "Microsoft Windows Server 2022 Datacenter";
    public String build = "20348";
    public String powershell = "5.1.20348.2227";
    public long processors = 32;
    public long memoryBytes = 256L << 30;
    public boolean administrator = false;
    public boolean hyperVAdministrator = true;
    public String vmFolder = "D:\\VMs";
    public String diskFolder = "D:\\VMs";
    /** PowerShell modules by name. */
    public final Map<String, String> modules = new LinkedHashMap<>(Map.of("Hyper-V", "2.0.0.0"));
    /** Services by name: Running, Stopped … */
    public final Map<String, String> services = new LinkedHashMap<>(Map.of("vmms", "Running"));

    public final List<Certificate> certificates = new ArrayList<>();
    public final List<Volume> volumes = new ArrayList<>(List.of(
            new Volume("C:\\", "System", "NTFS", TERABYTE, TERABYTE / 2),
            new Volume("D:\\", "Data", "NTFS", 10 * TERABYTE, 5 * TERABYTE)));
    public final List<Rule> firewall = new ArrayList<>(List.of(
            new Rule("VIRT-HVRHTTPL-In-TCP-NoScope", true, true),
            new Rule("VIRT-HVRHTTPSL-In-TCP-NoScope", true, true)));

    /** Whether it receives Hyper-V Replica. */
    public boolean replicaEnabled = true;

    public String replicaAuthentication = "CertificateAndKerberos";
    public int kerberosPort = 80;
    public int certificatePort = 443;
    public String replicaThumbprint = "";
    public boolean replicaFromAnyServer = true;
    public String replicaFolder = "D:\\Replica";
    /** Servers from which it takes replicas, if not from any. */
    public final List<String> replicaFrom = new ArrayList<>();
}
