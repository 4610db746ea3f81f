//! Types that others took the place of.
//!
//! Sources: the upgrade guides of the providers (azurerm 3.0, 4.0 and 5.0, google 6.0 and 7.0), which name for each type
//! that they remove what is used instead.

/// Types with what followed them.
const SUCCESSORS: [(&str, &[&str]); 34] = [
    ("azurerm_app_service", &["azurerm_linux_web_app", "azurerm_windows_web_app"]),
    ("azurerm_app_service_active_slot", &["azurerm_web_app_active_slot"]),
    ("azurerm_app_service_environment", &["azurerm_app_service_environment_v3"]),
    ("azurerm_app_service_hybrid_connection", &["azurerm_web_app_hybrid_connection"]),
    ("azurerm_app_service_plan", &["azurerm_service_plan"]),
    ("azurerm_app_service_slot", &["azurerm_linux_web_app_slot", "azurerm_windows_web_app_slot"]),
    ("azurerm_dashboard", &["azurerm_portal_dashboard"]),
    ("azurerm_function_app", &["azurerm_linux_function_app", "azurerm_windows_function_app"]),
    ("azurerm_function_app_slot", &["azurerm_linux_function_app_slot", "azurerm_windows_function_app_slot"]),
    ("azurerm_monitor_log_profile", &["azurerm_monitor_diagnostic_setting"]),
    ("azurerm_mysql_configuration", &["azurerm_mysql_flexible_server_configuration"]),
    ("azurerm_mysql_database", &["azurerm_mysql_flexible_database"]),
    ("azurerm_mysql_firewall_rule", &["azurerm_mysql_flexible_server_firewall_rule"]),
    ("azurerm_mysql_server", &["azurerm_mysql_flexible_server"]),
    ("azurerm_network_packet_capture", &["azurerm_virtual_machine_packet_capture"]),
    (
        "azurerm_policy_assignment",
        &[
            "azurerm_management_group_policy_assignment",
            "azurerm_resource_group_policy_assignment",
            "azurerm_resource_policy_assignment",
            "azurerm_subscription_policy_assignment",
        ],
    ),
    ("azurerm_postgresql_configuration", &["azurerm_postgresql_flexible_server_configuration"]),
    ("azurerm_postgresql_database", &["azurerm_postgresql_flexible_server_database"]),
    ("azurerm_postgresql_firewall_rule", &["azurerm_postgresql_flexible_server_firewall_rule"]),
    ("azurerm_postgresql_server", &["azurerm_postgresql_flexible_server"]),
    ("azurerm_sql_active_directory_administrator", &["azurerm_mssql_server"]),
    ("azurerm_sql_database", &["azurerm_mssql_database"]),
    ("azurerm_sql_elasticpool", &["azurerm_mssql_elasticpool"]),
    ("azurerm_sql_failover_group", &["azurerm_mssql_failover_group"]),
    ("azurerm_sql_firewall_rule", &["azurerm_mssql_firewall_rule"]),
    ("azurerm_sql_managed_database", &["azurerm_mssql_managed_database"]),
    ("azurerm_sql_managed_instance", &["azurerm_mssql_managed_instance"]),
    ("azurerm_sql_server", &["azurerm_mssql_server"]),
    ("azurerm_sql_virtual_network_rule", &["azurerm_mssql_virtual_network_rule"]),
    ("azurerm_static_site", &["azurerm_static_web_app"]),
    ("azurerm_static_site_custom_domain", &["azurerm_static_web_app_custom_domain"]),
    ("azurerm_template_deployment", &["azurerm_resource_group_template_deployment"]),
    ("google_datastore_index", &["google_firestore_index"]),
    ("google_notebooks_instance", &["google_workbench_instance"]),
];

/// Returns the types that took the place of a type; none where nothing did.
pub fn successors(type_name: &str) -> &'static [&'static str] {
    SUCCESSORS.iter().find(|(name, _)| *name == type_name).map_or(&[], |(_, followed)| followed)
}

#[cfg(test)]
mod tests {
    use super::SUCCESSORS;
    use crate::schema::terraform;

    #[test]
    fn what_followed_is_in_the_newest_release_and_what_it_followed_is_not() {
        for (name, followed) in SUCCESSORS {
            for ty in followed.iter().map(|name| (name, terraform(name))) {
                let Some(ty) = ty.1 else { panic!("there is no {}", ty.0) };
                let newest = ty.family().releases().last();
                assert_eq!(ty.family().newest(ty.releases()), newest, "{}", ty.name());
                let old = terraform(name).and_then(|old| old.family().newest(old.releases()));
                assert!(old < newest, "{name} is still there");
            }
        }
    }
}
