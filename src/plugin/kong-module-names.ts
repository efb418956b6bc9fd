/**
 * The Lua modules outside `kong.*` that a Kong 3.9.3 node offers to `require`, read off one node:
 * a parent name, a colon, then what follows it (`resty.limit: req` is `resty.limit.req`).
 */
export const KONG_MODULE_NAMES = `
: MessagePack _G ansicolors argparse binaryheap bit cjson coroutine date debug etlua ffi ffi-zlib
: inspect io jit lapis lfs libada libatc_router librestysignal lpeg lsyslog ltn12 lua_pack
: lua_system_constants luatz luaxxhash lyaml math mime multipart ngx os package pb pgmoon pl
: protoc re socket ssl string system table tablepool version yaml
cjson: safe util
jit: dump opt util v
lapis: application cache config coroutine cqueues csrf db environment etlua flow html http logging
lapis: lua nginx request router server session spec time util validate version
lapis.application: route_group
lapis.cmd: actions attached_server cqueues nginx path util
lapis.cmd.cqueues: actions attached_server
lapis.cmd.nginx: actions attached_server config
lapis.cmd.templates: application config flow gitignore migration model models rockspec spec
lapis.cmd.templates: tupfile
lapis.cmd.templates.nginx: config mime_types
lapis.db: base base_model migrations model mysql pagination postgres schema sqlite
lapis.db.model: relations
lapis.db.mysql: model schema
lapis.db.postgres: model parse_clause schema
lapis.db.sqlite: model schema
lapis.features: etlua
lapis.moonscript: widget_optimizer
lapis.nginx: cache context http postgres
lapis.spec: db request server shared stack
lapis.util: encoding fenv functions utf8
lapis.validate: types
lapis.views: error layout
logging: syslog
luatz: gettime parse strftime timetable tzcache tzfile tzinfo
lyaml: explicit functional implicit
mime: core
net: url
ngx: balancer base64 errlog ocsp pipe process re req resp semaphore ssl
ngx.ssl: clienthello session
pgmoon: arrays bit cqueues crypto hstore json socket util
pl: Date List Map MultiMap OrderedMap Set app array2d class compat comprehension config data dir
pl: file func import_into input lapp lexer luabalanced operator path permute pretty seq sip strict
pl: stringio stringx tablex template test text types url utils xml
resty: ada aes aws core counter events evp gcp healthcheck hmac http http_connect http_headers
resty: ipmatcher jit-uuid jwt jwt-validators ljsonschema lmdb lock lrucache luasocket md5 openssl
resty: random redis session sha sha1 sha224 sha256 sha384 sha512 shell signal snappy string
resty: timerng upload utils
resty.acme: autossl client openssl util
resty.acme.challenge: dns-01 http-01 tls-alpn-01
resty.acme.dns_provider: cloudflare dynv6
resty.acme.eab: zerossl-com
resty.acme.storage: consul etcd file redis shm vault
resty.ada: lib search utils
resty.aws: config utils
resty.aws.credentials: ChainableTemporaryCredentials CredentialProviderChain Credentials
resty.aws.credentials: EC2MetadataCredentials EnvironmentCredentials RemoteCredentials
resty.aws.credentials: SharedFileCredentials TokenFileWebIdentityCredentials
resty.aws.request: build execute sign validate
resty.aws.request.signatures: none presign utils v4
resty.aws.service.rds: signer
resty.core: base base64 coroutine ctx exit hash misc ndk param phase regex request response shdict
resty.core: socket time uri utils var worker
resty.dns: resolver
resty.events: broker callback codec compat disable_listening frame protocol queue utils worker
resty.gcp.api: abusiveexperiencereport_v1 acceleratedmobilepageurl_v1 accessapproval_v1
resty.gcp.api: accesscontextmanager_v1 adexperiencereport_v1 admin_datatransfer_v1
resty.gcp.api: admin_directory_v1 admin_reports_v1 admob_v1 adsense_v2 adsensehost_v4p1
resty.gcp.api: analytics_v3 analyticshub_v1 analyticsreporting_v4 androiddeviceprovisioning_v1
resty.gcp.api: androidenterprise_v1 androidmanagement_v1 androidpublisher_v3 apigateway_v1
resty.gcp.api: apigee_v1 apigeeregistry_v1 apikeys_v2 appengine_v1 artifactregistry_v1
resty.gcp.api: assuredworkloads_v1 authorizedbuyersmarketplace_v1 baremetalsolution_v2 batch_v1
resty.gcp.api: beyondcorp_v1 bigquery_v2 bigquerydatatransfer_v1 bigqueryreservation_v1
resty.gcp.api: bigtableadmin_v2 billingbudgets_v1 binaryauthorization_v1 blogger_v2 blogger_v3
resty.gcp.api: books_v1 businessprofileperformance_v1 calendar_v3 certificatemanager_v1 chat_v1
resty.gcp.api: chromemanagement_v1 chromepolicy_v1 chromeuxreport_v1 civicinfo_v2 classroom_v1
resty.gcp.api: cloudasset_v1 cloudbilling_v1 cloudbuild_v1 cloudchannel_v1 clouddebugger_v2
resty.gcp.api: clouddeploy_v1 cloudfunctions_v1 cloudfunctions_v2 cloudidentity_v1 cloudiot_v1
resty.gcp.api: cloudkms_v1 cloudprofiler_v2 cloudresourcemanager_v1 cloudresourcemanager_v2
resty.gcp.api: cloudresourcemanager_v3 cloudscheduler_v1 cloudsearch_v1 cloudshell_v1
resty.gcp.api: cloudtasks_v2 cloudtrace_v1 cloudtrace_v2 composer_v1 compute_v1 connectors_v1
resty.gcp.api: connectors_v2 contactcenterinsights_v1 container_v1 containeranalysis_v1
resty.gcp.api: content_v2p1 contentwarehouse_v1 customsearch_v1 datacatalog_v1 dataflow_v1b3
resty.gcp.api: datafusion_v1 datamigration_v1 datapipelines_v1 dataplex_v1 dataproc_v1
resty.gcp.api: datastore_v1 datastream_v1 deploymentmanager_v2 dfareporting_v3p5 dfareporting_v4
resty.gcp.api: dialogflow_v2 dialogflow_v3 digitalassetlinks_v1 discovery_v1 displayvideo_v1
resty.gcp.api: displayvideo_v2 dlp_v2 dns_v1 docs_v1 documentai_v1 domains_v1 domainsrdap_v1
resty.gcp.api: doubleclickbidmanager_v1p1 doubleclickbidmanager_v2 doubleclicksearch_v2 drive_v2
resty.gcp.api: drive_v3 driveactivity_v2 drivelabels_v2 essentialcontacts_v1 eventarc_v1 fcm_v1
resty.gcp.api: file_v1 firebaseappcheck_v1 firebasedynamiclinks_v1 firebasehosting_v1
resty.gcp.api: firebaseml_v1 firebaserules_v1 firestore_v1 fitness_v1 forms_v1
resty.gcp.api: gamesConfiguration_v1configuration gamesManagement_v1management games_v1
resty.gcp.api: gameservices_v1 gkebackup_v1 gkehub_v1 gmail_v1 gmailpostmastertools_v1
resty.gcp.api: groupsmigration_v1 groupssettings_v1 healthcare_v1 homegraph_v1 iam_v1
resty.gcp.api: iamcredentials_v1 iap_v1 identitytoolkit_v1 identitytoolkit_v2 identitytoolkit_v3
resty.gcp.api: ids_v1 indexing_v3 jobs_v3 jobs_v4 keep_v1 kgsearch_v1 language_v1 libraryagent_v1
resty.gcp.api: licensing_v1 localservices_v1 logging_v2 managedidentities_v1 manufacturers_v1
resty.gcp.api: memcache_v1 metastore_v1 ml_v1 monitoring_v1 monitoring_v3
resty.gcp.api: mybusinessaccountmanagement_v1 mybusinessbusinesscalls_v1
resty.gcp.api: mybusinessbusinessinformation_v1 mybusinesslodging_v1 mybusinessnotifications_v1
resty.gcp.api: mybusinessplaceactions_v1 mybusinessqanda_v1 mybusinessverifications_v1
resty.gcp.api: networkconnectivity_v1 networkmanagement_v1 networksecurity_v1 networkservices_v1
resty.gcp.api: notebooks_v1 oauth2_v2 ondemandscanning_v1 orgpolicy_v2 osconfig_v1 oslogin_v1
resty.gcp.api: pagespeedonline_v5 paymentsresellersubscription_v1 people_v1 playcustomapp_v1
resty.gcp.api: playintegrity_v1 policyanalyzer_v1 policysimulator_v1 policytroubleshooter_v1
resty.gcp.api: poly_v1 privateca_v1 pubsub_v1 pubsublite_v1 realtimebidding_v1
resty.gcp.api: recaptchaenterprise_v1 recommender_v1 redis_v1 reseller_v1 resourcesettings_v1
resty.gcp.api: retail_v2 run_v1 run_v2 runtimeconfig_v1 safebrowsing_v4 script_v1 searchconsole_v1
resty.gcp.api: secretmanager_v1 securitycenter_v1 serviceconsumermanagement_v1 servicecontrol_v1
resty.gcp.api: servicecontrol_v2 servicedirectory_v1 servicemanagement_v1 servicenetworking_v1
resty.gcp.api: serviceusage_v1 sheets_v4 siteVerification_v1 slides_v1 smartdevicemanagement_v1
resty.gcp.api: sourcerepo_v1 spanner_v1 speech_v1 sqladmin_v1 storage_v1 storagetransfer_v1
resty.gcp.api: streetviewpublish_v1 sts_v1 tagmanager_v1 tagmanager_v2 tasks_v1 testing_v1
resty.gcp.api: texttospeech_v1 tpu_v1 tpu_v2 trafficdirector_v2 transcoder_v1 translate_v2
resty.gcp.api: translate_v3 travelimpactmodel_v1 vault_v1 verifiedaccess_v1 verifiedaccess_v2
resty.gcp.api: versionhistory_v1 videointelligence_v1 vision_v1 vmmigration_v1 webfonts_v1
resty.gcp.api: webrisk_v1 websecurityscanner_v1 workflowexecutions_v1 workflows_v1
resty.gcp.api: workloadmanager_v1 youtubeAnalytics_v2 youtube_v3 youtubereporting_v1
resty.gcp.request: discovery
resty.gcp.request.credentials: accesstoken
resty.kong: grpc log peer_conn tag tls var
resty.limit: conn count req traffic
resty.ljsonschema: metaschema store utf8
resty.lmdb: cdefs prefix status transaction
resty.lrucache: pureffi
resty.luasocket: http
resty.openssl: asn1 bn cipher ctx dh digest ec ecx err hmac kdf mac objects param pkcs12 pkey
resty.openssl: provider rand rsa ssl ssl_ctx stack version x509
resty.openssl.auxiliary: bio compat ctypes ecdsa jwk nginx nginx_c
resty.openssl.include: asn1 bio bn conf crypto dh ec ecdsa err evp hmac objects ossl_typ param pem
resty.openssl.include: pkcs12 provider rand rsa ssl stack x509 x509_vfy x509v3
resty.openssl.include.evp: cipher kdf mac md pkey
resty.openssl.include.x509: altname crl csr extension name revoked
resty.openssl.x509: altname chain crl csr extension extensions name revoked store
resty.openssl.x509.extension: dist_points info_access
resty.router: cdefs context router schema
resty.session: dshm file memcached mysql postgres redis shm utils
resty.session.file: thread utils
resty.session.redis: cluster common sentinel
resty.timerng: array constants job utils wheel
resty.timerng.thread: group loop super worker
resty.timerng.wheel: group
resty.websocket: client protocol server
socket: core ftp headers http smtp tp url
ssl: context https x509
string: buffer
table: clear clone isarray isempty new nkeys
thread: exdata exdata2
`;
