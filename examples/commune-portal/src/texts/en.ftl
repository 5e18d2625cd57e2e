# The texts of the site in English. Every key stands in each language's file.

language-name = English
skip = Skip to the content
languages = Languages
menu = Main menu
commune-of = Commune of
demo-banner = Demonstration: this commune, its people and its shops do not exist.
sign-in = Sign in
sign-out = Sign out
breadcrumb = You are here
pages = Pages
page-before = Previous page
page-after = Next page
colon = :

nav-directory = Shops and businesses
nav-documents = Documents
nav-my-files = My files
nav-verify = Check a document
nav-office = Office
nav-office-staff = Staff
nav-accessibility = Accessibility
nav-privacy = Privacy

home-title = Home
home-welcome = Welcome to { $commune }
home-lead = The services of your commune, at any hour.
home-documents = Order an attestation, follow your request and download the document.
home-my-files = Where does your request stand? What is there to pay?
home-my-files-link = See my files
home-verify = Somebody shows you a document of the commune? Check that it is genuine.
home-verify-link = Check a code
home-notices = Official notices
home-published = Published on
home-town-hall = Town hall

directory-title = Shops and businesses
directory-search-label = What are you looking for?
directory-search-hint = A name, an activity, a street or a number. The beginning of a word is enough, with or without accents.
directory-search-button = Search
directory-results = Results
directory-results-for = Results for “{ $query }”
directory-count = { $count ->
    [0] Nothing found. Try fewer words, or the beginning of a word.
    [one] One result
   *[other] { $count } results
}
directory-as-of = Data of the Crossroads Bank for Enterprises as of { $day }, completed by the commune.
entry-gone = This business has closed.
entry-address = Address
entry-telephone = Telephone
entry-email = E-mail
entry-website = Website
entry-activities = Activities
entry-form = Legal form
entry-number = Number
entry-started = Since
entry-enterprise = Enterprise
entry-establishments = Establishments
entry-where = Where is it?

sign-in-title = Sign in
sign-in-lead = Sign in with your electronic identity card. The commune does not keep your national number.
sign-in-card-title = Identity card
sign-in-card-lead = Plug in the reader, insert your card and have your PIN at hand. This browser needs the Web eID extension.
sign-in-card-button = Sign in with my card
sign-in-busy = Follow the instructions of your card reader…
sign-in-absent = The Web eID extension does not answer. Check that it is installed and active.
sign-in-cancelled = You stopped signing in.
sign-in-failed = Signing in did not work. Check your card and try again.
sign-in-no-script = Signing in with a card needs JavaScript in this browser.
sign-in-no-script-demo = Signing in with a real card needs JavaScript. The test card below works without.
sign-in-test-title = Test card
sign-in-test-lead = The demonstration signs in the card’s place; the signature is verified like that of a real card.
sign-in-test-whose = Whose card is it?
sign-in-test-button = Sign in with the test card

documents-title = Documents
documents-lead = The documents that the commune issues itself.
document-authority = Authority
document-price = Price
document-price-each = { $amount } a copy
document-term = Time
document-legal-basis = Legal basis
document-sign-in = To order, you will be asked to sign in with your identity card.
document-order = Order this document
term-working-days = Answer within { $count } working days
term-days = Answer within { $count } days
term-clear-days = Answer within { $count } clear days
term-months = Answer within { $count } months
delivery-download = To download
delivery-post = By post
delivery-counter = At the counter

form-lead = Every answer is needed unless it says otherwise. Nothing is sent before you have reviewed it. The questions are in the commune’s language.
form-optional = (optional)
form-declaration = Declaration
form-continue = Continue
form-errors = To be corrected before you go on
order-review-title = Review your order
order-answers = Your answers
office-answers = The requester’s answers
order-requester = Requester
order-price = Price
order-price-changed = The price has changed since the page before. Check it and confirm again.
order-submit = Order with obligation to pay
order-submit-free = Send the request
order-edit = Change my answers
price-item = Item
price-quantity = Quantity
price-unit = Unit price
price-amount = Amount
price-total = Total

fault-required = answer this question
fault-shape = this answer does not have the expected form
fault-too-long = at most { $limit } characters
fault-not-a-choice = choose one of the answers offered
fault-choices-unavailable = the choices are not available at the moment
fault-too-few = at least { $limit } answers
fault-too-many = at most { $limit } answers
fault-not-a-date = write a date, such as 24/12/2026
fault-date-out-of-range = this date is not possible
fault-not-a-time = write a time, such as 14:30
fault-not-an-email = write an e-mail address, such as name@example.be
fault-not-a-bool = tick the box or leave it
fault-not-a-place = give a place
fault-not-digits = write a number, in digits
fault-not-a-phone = write a telephone number
fault-not-a-national-number = this is not a national number
fault-not-an-iban = this is not an IBAN
fault-pattern = this answer does not have the expected form
fault-check-unavailable = this answer can’t be checked at the moment
fault-block-unavailable = these questions are not available at the moment
fault-post-condition = these answers do not go together

my-files-title = My files
my-files-none = You have no file yet.
my-files-order = Order a document
file = File
file-number = Number
file-document = Document
file-submitted = Submitted on
file-stage = State
file-state = Handling
file-due = Answer due by
file-new = Your order { $number } is registered.
file-step = Your file: step { $step } of { $steps }
file-answer-due = , answer due by { $day }
file-stage-is = Your request is { $stage }.
file-late = The commune is late.
file-remark = Message from the commune
file-lapsed = It was not paid in time. You can make a new request.
file-document-ready = Your document is available
file-download = Download the document (PDF)
file-unsealed = This PDF bears no electronic seal: the page “Check a document” of this site is what proves it.
file-reads = Who looked at it
file-reads-lead = The commune’s staff looked at this file:
file-reads-none = Nobody has looked at this file yet.
file-withdraw = Withdraw my request
pay-title = To be paid by transfer: { $amount }
pay-beneficiary = Beneficiary
pay-account = Account
pay-amount = Amount
pay-reference = Structured communication
pay-due = Due by
pay-qr = QR code of the transfer
pay-qr-hint = To be read with your bank’s app

office-menu = Menu of the office
worklist-title = To be handled
worklist-all = All
worklist-late = Late
worklist-soon = Due within five days
worklist-none = Nothing to be handled here.
worklist-days-late = { $days ->
    [one] one day late
   *[other] { $days } days late
}
worklist-days-left = { $days ->
    [0] today
    [one] one day left
   *[other] { $days } days left
}
office-late = Late
office-refused = Action refused
office-payment = Payment
office-payment-of = { $received } received of { $due }
office-paid = paid
office-unpaid = to be paid
office-refund-due = To be refunded
office-actions = Actions
office-no-action = Nothing is left to be done.
office-remark = Message to the requester
office-impossible = Not possible now
office-history = History
history-started = File opened

statements-title = Statements of account
statements-file = File of the bank
statements-hint = CODA or camt.052, .053, .054; 4 MB at most.
statements-import = Import
statements-refused = This file can’t be imported
statements-line = Line { $line }:
statements-report = Result of the import
statements-matched = { $count ->
    [0] No payment credited to an order.
    [one] One payment credited to an order.
   *[other] { $count } payments credited to orders.
}
statements-unmatched-count = { $count ->
    [0] No payment without order.
    [one] One payment without order.
   *[other] { $count } payments without order.
}
statements-repeated = Imported before: { $count }.
statements-ignored = Not concerned (debits and others): { $count }.
statements-matched-title = Credited payments
statements-day = Booked on
statements-result = Finding
statements-payer = Payer
statements-communication = Communication
statements-refused-records = Refused records
statements-warnings = Warnings of the file
statements-unmatched = Payments without order
statements-unmatched-none = Every imported payment found its order.
match-exact = pays the order
match-underpaid = paid in part
match-overpaid = too much: part to be refunded
match-already-paid = paid before: to be refunded
match-late = too late: to be refunded
match-unknown-reference = unknown communication
match-no-reference = without structured communication
match-uncountable = amount or currency to be looked at

claim-title = Staff
claim-lead = You are signed in, but have no staff account. Enter the one-time code that you were given.
claim-code = One-time code
claim-hint = Twenty letters and digits, such as ABCDE-FGHJK-LMNPQ-RSTUV
claim-button = Open my account
staff-title = Staff
staff-name = Name
staff-roles = Roles
staff-code = One-time code, to be passed on and shown once only:
staff-invite = Invite a member of the staff
staff-invite-lead = The person signs in with a card, then enters the code. It is good for seven days.
staff-invite-button = Make a code
role-clerk = Clerk
role-head = Head of service
role-treasurer = Treasurer
role-administrator = Administrator

verify-title = Check a document
verify-lead = Each document of the commune carries a code. Enter it to find out whether the document is genuine.
verify-code = Verification code
verify-hint = Twenty letters and digits, such as 7H4KM-…, printed on the document
verify-button = Check
verify-issued = Issued on
verify-valid-until = Valid until
verify-sha256 = SHA-256 of the file
verify-sealed = The file bears an electronic seal of the commune.
verify-unsealed = The file bears no electronic seal: only this page proves it.
verify-compare = Compare the number and the date with those on the document before you.
verify-revoked = This document was revoked.
verify-revoked-on = Revoked on { $day }:
verdict-document-valid = This document is genuine and valid
verdict-document-expired = This document is genuine, but no longer valid
verdict-document-revoked = The commune has revoked this document
verdict-document-unknown = No document has this code

privacy-title = Privacy
privacy-lead = What this site knows of you, why, and for how long.
privacy-one-title = Signing in
privacy-one = Your card gives your name and your national number. The commune keeps the name; of the number it keeps only a key from which it can’t be found again.
privacy-two-title = Orders
privacy-two = Your answers serve to handle your request (task in the public interest). Each time the staff looks at your file is recorded, and you see it in your file.
privacy-three-title = Cookies
privacy-three = One cookie recognises you during your visit, another keeps the language that you chose. Nothing is asked of other sites, and nothing is passed on to them. To exercise your rights, write to:
accessibility-title = Accessibility
accessibility-lead = This site aims at level AA of the Web Content Accessibility Guidelines (WCAG 2.2) and at EN 301 549.
accessibility-one-title = What holds
accessibility-one = Everything can be done with the keyboard, without JavaScript, with a screen reader and on a screen of 360 pixels. Maps always have a list beside them.
accessibility-two-title = What does not hold yet
accessibility-two = PDF documents have not yet been evaluated by people who use a screen reader.
accessibility-three-title = Tell us about a problem
accessibility-three = A page stands in your way? Tell us; we will answer and help you with what you came for:

error-title = That did not work
error-prefix = Error:
error-code = Code:
error-home = Back to the home page
error-not-found = This page does not exist, or not any more.
error-method-not-allowed = This address is not to be asked for in this way.
error-bad-request = This request can’t be read.
error-form-unreadable = This form can’t be read. Go back to the page before and try again.
error-form-token = This form does not come from your visit, or it has ended. Go back to the page before, load it again and try again.
error-media-type = This type of content is not accepted here.
error-too-large = What was sent is too large.
error-upload-unreadable = The file that was sent can’t be read.
error-upload-missing = Choose a file.
error-forbidden = You have no access to this page.
error-staff-only = This page is for the commune’s staff.
error-role-missing = Your account does not have the role that this page needs.
error-conflict = Somebody else has just changed this file. Load the page again.
error-version-conflict = Somebody else has just changed this file. This is how it stands now.
error-command-reused = This request was handled otherwise before. Load the page again.
error-rate-limited = Too many tries. Wait a minute and try again.
error-unavailable = The service is not available at the moment. Try again shortly.
error-queue-full = Too many requests arrive at once. Try again shortly.
error-internal = Something went wrong on our side. It has been recorded.
error-sign-in-start-again = Signing in took too long or was sent twice. Start again.
error-sign-in-card-expired = The certificates of your card are no longer valid. The card has to be renewed.
error-sign-in-refused = This card is not accepted.
error-sign-in-unavailable = Signing in does not work at the moment. Try again later.
error-sign-in-no-card = Choose one of the test cards.
error-one-time-code-malformed = This is no one-time code: it has twenty letters and digits.
error-one-time-code-unknown = This code is not valid, or not any more.
error-invitation-no-role = Choose at least one role.
error-verification-code-length = A verification code has twenty letters and digits.
error-verification-code-character = This code has a character that no code has.
error-verification-code-check = There is a typing error in this code.
error-cursor-unknown = This page of the list does not exist.
error-bank = This is no statement of account that this site can read.
error-bank-unknown-format = This is neither a CODA nor a camt file.
error-coda-version = This version of CODA is not read.
error-coda-line-length = A CODA line has 128 characters.
error-bank-currency = The currency is unknown.
error-camt-message = This is not a camt.052, .053 or .054 message.
error-bank-no-statement = There is no statement in the file.
error-bank-xml = The XML of this file can’t be read.
